import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { root } from './logto.js';

/** The documents for people who install and run the connector. */
export const documents = [
  'README.md',
  'README.ru.md',
  'docs/guide.md',
  'docs/operating.md',
  'docs/operating.ru.md',
  'docs/telegram.md',
  'docs/telegram.ru.md',
] as const;

export const readDocument = async (name: string) => readFile(path.join(root, name), 'utf8');

/** The contents of all code blocks in a language. */
export const getBlocks = (markdown: string, language: string): string[] =>
  [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, content = '']) => content.trim()
  );

/** The document without its code blocks and code spans. */
export const getProse = (markdown: string) =>
  markdown.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^\n`]*`/g, '');

/** What stands under a heading, up to the next heading of any level. */
export const getSection = (markdown: string, heading: string) => {
  const [, section = ''] = markdown.split(new RegExp(`^#+ ${heading}$`, 'm'));

  return section.split(/^#+ /m)[0] ?? '';
};

/** The cells of all rows of a document's tables, without heads. */
export const getRows = (markdown: string): string[][] =>
  [...markdown.matchAll(/^\| (.*) \|$/gm)]
    .map(([, row = '']) => row.split(/ +\| +/).map((cell) => cell.trim()))
    .filter(([first = '', ...others], index, rows) => {
      const [next = ''] = rows[index + 1] ?? [];

      return !/^-+$/.test(first) && !(others.length > 0 && /^-+$/.test(next));
    });
