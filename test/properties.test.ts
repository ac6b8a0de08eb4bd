import nock from 'nock';

import { ConnectorError, TemplateType } from '@logto/connector-kit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { configGuard } from '../src/config.js';
import { diagnose } from '../src/diagnosis.js';
import { config, data, spyOnConsole } from '../src/fixtures.js';
import createConnector from '../src/index.js';
import { buildMessage, toNumber } from '../src/message.js';
import { createClient } from '../src/smsaero/client.js';
import { SendFailure } from '../src/smsaero/failure.js';
import {
  account,
  endsIn,
  settle,
  sms,
  toEntities,
  toHexEntities,
  toPercent,
  toUnicode,
} from '../src/smsaero/fixtures.js';
import { redact } from '../src/smsaero/redact.js';
import { parseAccepted, parseReply } from '../src/smsaero/reply.js';
import { render } from '../src/template.js';

// A wait is over at once.
vi.mock('node:timers/promises', () => ({ setTimeout: vi.fn() }));

spyOnConsole();

const gateway = nock('https://gate.smsaero.ru');

beforeEach(() => {
  nock.disableNetConnect();
});

afterEach(() => {
  nock.cleanAll();
});

describe('a phone number', () => {
  it('is refused or sent as its digits, whatever it is', () => {
    const phone = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789+-(). ') }),
      fc.string({ unit: 'binary' })
    );
    const tryNumber = (input: string) => {
      try {
        return toNumber(input);
      } catch (error: unknown) {
        return error;
      }
    };

    fc.assert(
      fc.property(phone, (input) => {
        const number = tryNumber(input);

        if (typeof number === 'string') {
          expect(number).toMatch(/^[1-9]\d{6,14}$/);
          expect(number).toBe(input.replaceAll(/\D/g, ''));
        } else {
          expect(number).toBeInstanceOf(SendFailure);
          expect(number).toHaveProperty('kind', 'number');
        }
      })
    );
  });
});

describe('a placeholder', () => {
  const clean = (value: string) => value.replaceAll(/\p{Cc}/gu, ' ');

  it('never starts a second substitution', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('{{one}}', '<<two>>', '{{', '}}', '<<', '>>', 'a')
    );
    const text = fc.array(piece).map((pieces) => pieces.join(''));

    fc.assert(
      fc.property(fc.array(text), text, text, (literals, one, two) => {
        const plain = literals.map((literal) => literal.replaceAll(/[<>{}]/g, ''));

        expect(render(plain.join('{{one}}') + '<<two>>', { one, two })).toBe(
          plain.join(clean(one)) + clean(two)
        );
      })
    );
  });
});

describe("Logto's storage, a jsonb column", () => {
  /** Sorts the keys of all objects, the shorter first and then by letter, as PostgreSQL does. */
  const store = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map((item) => store(item));
    }

    return typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .map(([key, item]) => [key, store(item)] as const)
            .toSorted(([one], [other]) => one.length - other.length || (one < other ? -1 : 1))
        )
      : value;
  };

  it('changes no message, whatever order the keys were written in', () => {
    const tags = ['default', 'ru', 'en', 'en-GB', 'zh-Hant', 'zh', 'sr-Latn', 'pt-BR'];
    const content = fc
      .shuffledSubarray(tags.slice(1))
      .chain((some) => fc.shuffledSubarray(['default', ...some], { minLength: some.length + 1 }))
      .map((keys) => Object.fromEntries(keys.map((key) => [key, `${key}: {{code}}`])));
    const usageTypes = ['Register', 'SignIn', 'ForgotPassword', 'Generic'];
    const contents = fc.array(content, { minLength: 4, maxLength: 4 });
    const locale = fc.constantFrom(...tags, 'en-US', 'de', 'zh-Hant-TW', 'ru-RU', '');

    fc.assert(
      fc.property(
        contents,
        locale,
        fc.constantFrom('BindMfa', ...usageTypes),
        (texts, tag, name) => {
          const raw = {
            ...config,
            templates: usageTypes.map((usageType, index) => ({ usageType, content: texts[index] })),
          };
          const type = Object.values(TemplateType).find((value) => value === name) ?? data.type;
          const input = { ...data, type, payload: { code: '381945', locale: tag } };
          const build = (value: unknown) => buildMessage(input, configGuard.parse(value));

          expect(build(store(raw))).toEqual(build(raw));
        }
      )
    );
  });
});

describe("SMSAero's words", () => {
  const email = 'Owner@shop.example';
  const apiKey = 'Kq7vXz2m*p9sLd4t';
  const text = 'Ваш код: 381945\nНикому не говорите';
  const show = (words: string) => redact(words, [email, apiKey, text, '79164058273', 'aB12cD']);

  it('hold to the rule, whatever they are', () => {
    const encodings = [
      String,
      toPercent,
      toUnicode,
      toEntities,
      toHexEntities,
      encodeURIComponent,
      (value: string) => value.toUpperCase(),
    ];
    const secret = fc
      .tuple(
        fc.constantFrom(email, apiKey, text, '79164058273', 'aB12cD'),
        fc.constantFrom(...encodings)
      )
      .map(([value, encode]) => encode(value));
    const words = fc
      .array(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom(...'0123456789٣-_ x%&#;\\u') }),
          secret
        )
      )
      .map((parts) => parts.join(''));

    fc.assert(
      fc.property(words, (input) => {
        const line = show(input);
        const row = line.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

        expect(line.length).toBeLessThanOrEqual(200);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{M}\u2028\u2029]/u);
        expect(line).not.toMatch(/(?:\p{N}\P{N}*){4}/u);
        expect(line).not.toMatch(/\S{24}|\\|%[\da-f]{2}|&#|&\w+;/iu);

        for (const secret of ['ownershopexample', 'kq7vxz2mp9sld4t', 'никомуне', 'ab12cd']) {
          expect(row).not.toContain(secret);
        }
      }),
      { numRuns: 2000 }
    );
  });
});

describe('any answer', () => {
  it('is a failure, or a success that says so', () => {
    const value = fc.jsonValue({ maxDepth: 5 });
    const message = fc.record({ id: value, status: fc.oneof(fc.nat(9), value) });
    const envelope = fc.record(
      {
        success: fc.oneof(fc.boolean(), value),
        data: fc.oneof(
          value,
          message,
          message.map((only) => [[only]]),
          message.map((only) => ({ 0: only }))
        ),
        message: value,
        result: fc.constantFrom('accepted', 'reject', 'no credits'),
      },
      { requiredKeys: [] }
    );
    const status = fc.oneof(fc.integer({ min: 0, max: 999 }), fc.constantFrom(200, 400, 402));

    fc.assert(
      fc.property(status, fc.oneof(envelope, value), (code, body) => {
        const reply = parseReply({ status: code, body: JSON.stringify(body) });

        if (!reply.kind && !parseAccepted(reply.data).kind) {
          expect(body).toHaveProperty('success', true);
          expect(code).toBeLessThan(300);
          expect(JSON.stringify(body)).not.toMatch(/"status":"?[26]\b|"result":"(?!accepted)/);
        }
      }),
      { numRuns: 2000 }
    );
  });

  it('is judged without a crash when it is no JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        fc.pre(!body.includes('{'));
        expect(parseReply({ status: 200, body })).toMatchObject({
          kind: 'bad-reply',
          reason: 'HTTP 200, no reply in JSON',
        });
      })
    );
  });
});

describe('a look-up', () => {
  it('changes nothing or tells a final status, whatever JSON answers it', async () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const status = fc.oneof(fc.constantFrom<unknown>(0, 1, 2, 6, 8, '2', '6', '8'), value);
    const data = fc.oneof(
      value,
      fc.record({ status, id: value }),
      fc.tuple(fc.record({ status, id: value }))
    );
    const body = fc.oneof(value, fc.record({ success: fc.boolean(), data, message: value }));

    await fc.assert(
      fc.asyncProperty(body, async (reply) => {
        gateway.post('/v2/sms/status').reply(200, JSON.stringify(reply));

        const { success, data: told } = { ...(reply as { success?: unknown; data?: unknown }) };
        const [message] = [told].flat() as Array<{ status?: unknown } | undefined>;
        const receipt = { channel: 'sms' as const, host: 'gate.smsaero.ru', id: '1001' };
        // Over before the second look-up.
        const failure = await settle(
          diagnose(Promise.resolve(receipt), createClient(account), {
            endsAt: endsIn(2500),
            number: sms.number,
            senderName: sms.sign,
          })
        );

        expect(nock.isDone()).toBe(true);

        if (failure) {
          expect(success).toBe(true);
          expect(String(message?.status)).toBe(
            failure.kind === 'held' ? '8' : String(failure.deliveryStatus)
          );
        }
      }),
      { numRuns: 200 }
    );
  });
});

describe('the connector', () => {
  it('ends as sent or with a ConnectorError, whatever the gateway answers', async () => {
    const envelope = fc.record({
      success: fc.boolean(),
      data: fc.jsonValue(),
      message: fc.jsonValue(),
    });

    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(envelope, fc.jsonValue(), fc.string({ unit: 'binary' })),
        async (status, body) => {
          const { sendMessage } = await createConnector({ getConfig: async () => config });
          const text = JSON.stringify(body);

          gateway.post('/v2/sms/send').reply(status, text);

          const [outcome] = await Promise.allSettled([sendMessage(data)]);
          const isSaid = status < 300 && text.startsWith('{"success":true');

          expect(outcome.status === 'rejected' || isSaid).toBe(true);

          if (outcome.status === 'rejected') {
            expect(outcome.reason).toBeInstanceOf(ConnectorError);
          }
        }
      ),
      { numRuns: 100 }
    );
  });
});
