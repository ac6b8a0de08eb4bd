import { existsSync } from 'node:fs';
import path from 'node:path';

import phrases from '@logto/phrases';
import { describe, expect, it } from 'vitest';

import { toAdminError } from '../src/admin.js';
import { configGuard } from '../src/config.js';
import { allFailureKinds, describeFailure } from '../src/failure.js';
import { config, testData } from '../src/fixtures.js';
import { TemplateFailure } from '../src/message.js';
import { metadata } from '../src/metadata.js';
import { failureKinds, SendFailure } from '../src/smsaero/failure.js';

import { documents, getBlocks, getProse, readDocument } from './documents.js';
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
    const prose = getProse(await readDocument(name));
    const links = [...prose.matchAll(/]\(([^)]+)\)/g)].map(([, target = '']) => target);
    // As GitHub makes them.
    const anchors = new Set(
      [...prose.matchAll(/^#+ (.*)$/gm)].map(
        ([, heading = '']) =>
          `#${heading
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N} -]/gu, '')
            .replaceAll(' ', '-')}`
      )
    );

    for (const link of links) {
      expect(
        anchors.has(link) ||
          // Of the repository, wherever it is.
          link === '../../releases/latest' ||
          /^https:\/\/(?:smsaero\.ru|www\.rfc-editor\.org|github\.com)\//.test(link) ||
          existsSync(path.join(root, path.dirname(name), link)),
        link
      ).toBe(true);
    }
  });
});

describe('both READMEs', () => {
  it.each(['README.md', 'README.ru.md'])(
    '%s explains all failures and all fields',
    async (name) => {
      const markdown = await readDocument(name);
      const rows = [...markdown.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, key]) => key);

      expect(rows).toEqual([
        ...(metadata.formItems ?? []).map(({ key }) => key),
        ...allFailureKinds,
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
    const templates: unknown = JSON.parse(block);

    expect(templates).toEqual(item?.defaultValue);
  });

  it("names the form's fields as the form does", async () => {
    const labels = metadata.formItems?.map(({ label }) => label) ?? [];
    const guide = await readDocument('docs/guide.md');
    const named = [...guide.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label]) => label);

    const inConsole = ['Send', 'Phone number', 'Отправить', 'Номер телефона'];

    expect([...labels, ...inConsole]).toEqual(expect.arrayContaining(named));
  });

  it.each([
    ['English', '"Send" says'],
    ['Russian', '«Отправить» сообщает'],
  ])('quotes what "Send" says, for every kind of failure: %s', async (_, heading) => {
    const guide = await readDocument('docs/guide.md');
    const [table = ''] = guide.slice(guide.indexOf(heading)).split('\n\n');
    const quotes = [...table.matchAll(/^\| ([^|-][^|]*?) +\|/gm)].map(([, quote = '']) => quote);
    const failures = [
      ...failureKinds.map((kind) => new SendFailure(kind, { vendorMessage: 'text: required' })),
      new SendFailure('rejected', { deliveryStatus: 2 }),
      new SendFailure('rejected', { channel: 'telegram' }),
      new TemplateFailure(),
      new TypeError('A mistake of our own'),
    ];
    const sentences = failures.map((failure) =>
      JSON.stringify(toAdminError(describeFailure(failure), testData.type).data)
    );

    expect(
      sentences.filter((sentence) => !quotes.some((quote) => sentence.includes(quote)))
    ).toEqual([]);
    expect(
      quotes.filter((quote) => !sentences.some((sentence) => sentence.includes(quote)))
    ).toEqual([phrases.en.errors.connector.invalid_config.replace('.', '')]);
  });

  it('says in its first line, in Russian, that its second half is in Russian', async () => {
    const guide = await readDocument('docs/guide.md');

    expect(guide.split('\n\n')[1]).toMatch(/на русском языке — ниже/);
  });
});
