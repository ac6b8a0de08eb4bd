import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { root } from './logto.js';

/** The documents for people who install and run the connector. */
export const documents = ['README.md', 'README.ru.md', 'docs/guide.md'] as const;

export const readDocument = async (name: string) => readFile(path.join(root, name), 'utf8');

/** The contents of all code blocks in a language. */
export const getBlocks = (markdown: string, language: string): string[] =>
  [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, content = '']) => content.trim()
  );

/** The document without its code blocks and code spans. */
export const getProse = (markdown: string) =>
  markdown.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^\n`]*`/g, '');
