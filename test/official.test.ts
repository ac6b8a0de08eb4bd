import nock from 'nock';

import { type CreateConnector, type SmsConnector, TemplateType } from '@logto/connector-kit';
import fc from 'fast-check';
import createOfficialConnector from 'official-connector-smsaero';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { data, spyOnConsole } from '../src/fixtures.js';
import createConnector from '../src/index.js';
import { metadata } from '../src/metadata.js';
import { accepted, code } from '../src/smsaero/fixtures.js';

/** What SMSAero is asked: the message, and under which account. */
const requests: Array<Record<string, unknown>> = [];

spyOnConsole();

beforeEach(() => {
  nock.disableNetConnect();
  nock('https://gate.smsaero.ru')
    .persist()
    .post('/v2/sms/send')
    .reply(200, function (_, body) {
      requests.push({ account: this.req.headers.authorization, ...(body as typeof accepted) });

      return accepted;
    });
});

afterEach(() => {
  nock.cleanAll();
});

/** What a connector asks of SMSAero for a visitor's message, as Logto has it sent. */
const send = async (
  createConnector: CreateConnector<SmsConnector>,
  stored: unknown,
  message: typeof data
) => {
  requests.splice(0);

  const { sendMessage } = await createConnector({ getConfig: async () => stored });

  await Promise.allSettled([sendMessage(message)]);

  return [...requests];
};

/*
 * Configs of the bundled connector, good and bad. Left out is what ours reads in another way:
 * - `<<key>>`, which the bundled one doesn't know;
 * - characters that nobody sees within a placeholder, which the bundled one then doesn't know either;
 * - control characters in values, which become spaces, and objects as a text and keys of prototypes, for which
 *   nothing and the placeholder are sent;
 * - the names of our own fields as additional keys;
 * - white space at the ends of key and sender name, and characters in them that nobody sees.
 */
const ownFields = new Set([...(metadata.formItems ?? []).map(({ key }) => key), 'watchDelivery']);
const usageTypes = Object.values(TemplateType);

const placeholder = fc.constantFrom(
  '{{code}}',
  '{{ code }}',
  '{{\n\tcode }}',
  '{{count}}',
  '{{ flag}}',
  '{{application.name}}',
  '{{ user.profile.name }}',
  '{{list.0}}',
  // Without a value.
  '{{nothing}}',
  '{{application.nothing}}',
  '{{user.profile.name.length}}',
  '{{code.length}}',
  '{{application.}}',
  '{{application..name}}',
  '{{code.code}}',
  // Unknown, or none at all.
  '{{unknown}}',
  '{{unknown.code}}',
  '{{.code}}',
  '{{}}',
  '{{code}',
  '{code}',
  '{{ co de }}'
);
/** Characters in a text that nobody sees, which ours drops, and others, which it keeps. */
const unseen = fc
  .constantFrom(...'\u00AD\u200B\u2060\uFEFF\u200D\u200E\uFE0F')
  .map((character) => `a${character}b`);
const drop = (text: string) => text.replaceAll(/[\u00AD\u200B\u2060\uFEFF]/g, '');

const anything = fc
  .array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), unseen, placeholder), {
    maxLength: 5,
  })
  .map((parts) => parts.join(''));
const content = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(anything, fc.constant('{{code}}'), anything) },
    { weight: 2, arbitrary: fc.tuple(anything) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('', ' ', '\n')) }
  )
  .map((parts) => parts.join(''))
  .filter((text) => !/<<\s*[\w.]+\s*>>/.test(text));

const additional = fc.dictionary(
  fc.string().filter((key) => !ownFields.has(key)),
  fc.jsonValue(),
  { maxKeys: 2 }
);
const toTemplate = (usageType: string) =>
  fc.tuple(additional, content).map(([keys, text]) => ({ ...keys, usageType, content: text }));
const templates = fc
  .tuple(
    ...['Register', 'SignIn', 'ForgotPassword', 'Generic'].map((type) => toTemplate(type)),
    fc.array(fc.oneof(fc.constantFrom(...usageTypes), fc.string()).chain(toTemplate))
  )
  .map((lists) => lists.flat())
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));

const word = fc
  .string({ unit: 'binary', minLength: 1 })
  .filter((text) => text.trim() === text && !/\p{Cf}/u.test(text));
const officialConfig = fc
  .tuple(
    additional,
    fc.record({
      email: fc.stringMatching(/^[\w+-]{1,9}(?:\.[\w+-]{1,9})?@[\dA-Za-z]{1,9}\.[A-Za-z]{2,5}$/),
      apiKey: word,
      senderName: word,
      templates,
    })
  )
  .map((parts) => Object.assign({}, ...parts) as object);

const value = fc.string().filter((text) => !/\p{Cc}/u.test(text));
const message = fc
  .record({
    type: fc.constantFrom(...usageTypes),
    payload: fc.record({
      code: fc.constant(code),
      locale: fc.option(fc.constantFrom('ru', 'en'), { nil: undefined }),
      application: fc.record({ name: value }),
      user: fc.record({ profile: fc.record({ name: value }) }),
      list: fc.array(value),
      count: fc.double(),
      flag: fc.boolean(),
      nothing: fc.option(fc.constant(null), { nil: undefined }),
    }),
  })
  .map((parts) => ({ ...data, ...parts }));

describe('a config of the connector that Logto ships', () => {
  it('goes on sending the same texts with a code, as they look, under the same account and sender', async () => {
    const { configGuard } = await createOfficialConnector({ getConfig: async () => ({}) });
    const sent: unknown[] = [];

    await fc.assert(
      fc.asyncProperty(officialConfig, message, async (stored, visitor) => {
        expect(configGuard.safeParse(stored).error).toBeUndefined();

        const [request, ...others] = await send(createOfficialConnector, stored, visitor);

        if (String(request?.text).includes(code)) {
          sent.push(request);
          expect(others).toEqual([]);
          await expect(send(createConnector, stored, visitor)).resolves.toEqual([
            { ...request, text: drop(String(request?.text)) },
          ]);
        }
      }),
      { numRuns: 2000 }
    );

    // Of so many configs, enough must have had something to compare.
    expect(sent.length).toBeGreaterThan(500);
  });
});
