import { existsSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { configGuard } from '../src/config.js';
import { type FailureKind } from '../src/failure.js';
import { metadata } from '../src/metadata.js';

import { documents, getBlocks, getProse, readDocument } from './documents.js';
import { config } from './fixtures.js';
import { root } from './logto.js';

describe.each(documents)('%s', (name) => {
  it('has templates that the config guard accepts as they stand', async () => {
    const blocks = getBlocks(await readDocument(name), 'json');

    expect(blocks.length).toBeGreaterThan(0);

    for (const block of blocks) {
      const templates: unknown = JSON.parse(block);

      expect(configGuard.safeParse({ ...config, templates }).error).toBeUndefined();
    }
  });

  it('has no images and no HTML, which the console does not show', async () => {
    const prose = getProse(await readDocument(name));

    expect(prose).not.toContain('![');
    expect(prose).not.toMatch(/<\/?[a-z]/i);
  });

  it('has no broken links', async () => {
    const links = [...getProse(await readDocument(name)).matchAll(/]\(([^)]+)\)/g)].map(
      ([, target = '']) => target
    );

    for (const link of links) {
      expect(
        /^https:\/\/(?:smsaero\.ru|www\.rfc-editor\.org|github\.com)\//.test(link) ||
          existsSync(path.join(root, path.dirname(name), link)),
        link
      ).toBe(true);
    }
  });
});

describe('both READMEs', () => {
  const kinds: Record<FailureKind | 'config', true> = {
    credentials: true,
    address: true,
    funds: true,
    rate: true,
    number: true,
    sender: true,
    refused: true,
    rejected: true,
    unreachable: true,
    timeout: true,
    broken: true,
    config: true,
  };

  it.each(['README.md', 'README.ru.md'])(
    '%s explains all failures and all fields',
    async (name) => {
      const markdown = await readDocument(name);
      const rows = [...markdown.matchAll(/^\| `(\w+)` +\|/gm)].map(([, key]) => key);

      expect(rows).toEqual([
        ...(metadata.formItems ?? []).map(({ key }) => key),
        ...Object.keys(kinds),
      ]);
    }
  );

  it('have the same commands', async () => {
    const [english = '', russian = ''] = await Promise.all(
      ['README.md', 'README.ru.md'].map(async (name) => readDocument(name))
    );
    const russianCommands = getBlocks(russian, 'bash');

    expect(getBlocks(english, 'bash')).toEqual(expect.arrayContaining(russianCommands));
    expect(getBlocks(english, 'dockerfile')).toEqual(getBlocks(russian, 'dockerfile'));
  });
});

describe('the guide', () => {
  it('has the default templates, so that both can be copied', async () => {
    const [block = ''] = getBlocks(await readDocument('docs/guide.md'), 'json');
    const item = metadata.formItems?.find(({ key }) => key === 'templates');
    const templates = JSON.parse(block) as unknown[];

    expect(templates.slice(0, 3)).toEqual((item?.defaultValue as unknown[]).slice(0, 3));
  });

  it("names the form's fields as the form does", async () => {
    const labels = metadata.formItems?.map(({ label }) => label) ?? [];
    const guide = await readDocument('docs/guide.md');
    const named = [...guide.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label]) => label);

    expect([...labels, 'Send', 'Phone number']).toEqual(expect.arrayContaining(named));
  });
});
