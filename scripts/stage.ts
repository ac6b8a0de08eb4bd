// Sends through a connector, to the emulator, and collects what everybody gets.
import { once } from 'node:events';
import { inspect } from 'node:util';

import { ConnectorError, type SendMessageData, TemplateType } from '@logto/connector-kit';

import { type Gateway } from '../test/gateway.js';
import { type loadInstalled, sendThrough } from '../test/logto.js';
import { successToast, toAdminToast, toCodePage, toVisitorToast } from '../test/toasts.js';

import { type StartOptions } from './options.js';
import { codeWithZero, defaultCode, type Step } from './steps.js';

export type Factory = Awaited<ReturnType<typeof loadInstalled>>;

type End = { status: 'sent' | 'failed' | 'waiting'; ms: number; error?: unknown };

const settle = async (promise: Promise<unknown>, patience: number): Promise<End> => {
  const start = performance.now();
  const end = await Promise.race<Omit<End, 'ms'>>([
    promise.then(
      () => ({ status: 'sent' }),
      (error: unknown) => ({ status: 'failed', error })
    ),
    once(AbortSignal.timeout(patience), 'abort').then(() => ({ status: 'waiting' })),
  ]);

  return { ...end, ms: performance.now() - start };
};

const toText = (
  { status, ms, error }: End,
  success: string,
  toToast: (error: unknown) => string
) => {
  const seconds = `${(ms / 1000).toFixed(1)} s`;
  const text = status === 'sent' ? success : toToast(error);

  return status === 'waiting'
    ? `Waits for ever; cut off after ${Math.round(ms / 1000)} s`
    : text + (ms < 500 ? '' : ` (after ${seconds})`);
};

/** @returns A function that sends through a connector as a step says. */
export const createStage = (gateway: Gateway, { to, type, locale }: StartOptions) => {
  const { email, apiKey, deliveries } = gateway;
  const log = Object.assign(new EventTarget(), { lines: [] as string[] });
  const secrets = Object.entries({
    'the API key': [apiKey, Buffer.from(`${email}:${apiKey}`).toString('base64')],
    'the e-mail address': [email],
    'the phone number': [to],
    'the code': [defaultCode, codeWithZero],
  });

  // Connectors print on both streams.
  for (const method of ['info', 'warn'] as const) {
    console[method] = (line: string) => {
      log.lines.push(line);
      log.dispatchEvent(new Event('line'));
    };
  }

  const findSecrets = (text: string) =>
    secrets.flatMap(([name, values]) => (values.some((value) => text.includes(value)) ? name : []));

  /** Logto itself prints no `ConnectorError`, and any other error as it is. */
  const readLog = (error: unknown) => {
    const printed = inspect(error);
    const size = printed.split('\n').length;

    return error && !(error instanceof ConnectorError)
      ? `The whole error, ${size} lines, with ${findSecrets(printed).join(', ')}`
      : log.lines.join('\n') || '–';
  };

  const waitForLine = async (event: string) => {
    const signal = AbortSignal.timeout(30_000);

    while (!log.lines.some((line) => line.includes(`] ${event}: `))) {
      await once(log, 'line', { signal }).catch(() => {
        throw new Error(`The log has no line "${event}".`);
      });
    }
  };

  /** Sends as the step says, and gives what everybody gets. */
  const send = async (factory: Factory, config: object, step: Step, patience = 20_000) => {
    const { code = defaultCode, visitor, admin } = step;
    const data: SendMessageData = { to, type, payload: { code, locale } };
    const test = { to, type: TemplateType.Generic, payload: { code: '000000' } };
    const stored = { ...config, ...step.override };
    const { length } = deliveries;

    log.lines = [];
    gateway.setBehaviour(step.behaviour);
    gateway.setBalance(step.balance ?? 1000);
    gateway.silence(step.isSilent ? 'gate.smsaero.ru' : undefined);

    const [visit, press] = await Promise.all([
      visitor && settle(sendThrough(factory, data, { stored }), patience),
      admin && settle(sendThrough(factory, test, { form: stored }), patience),
    ]);
    const received = deliveries
      .slice(length)
      // Where there is a visitor, what the admin got is left out.
      .filter(({ text }) => !visit || text.includes(code))
      .map(({ sign, text }) => `${sign ? `SMS from ${sign}` : 'Telegram'}: ${text}`)
      .join('\n');
    const inVain = step.instead ?? 'Nothing, but the visitor waits for it';

    return {
      visit,
      press,
      received,
      toRows: () => ({
        Visitor:
          visit && toText(visit, toCodePage(to, locale), (error) => toVisitorToast(error, locale)),
        Handset: received || (visit?.status === 'sent' ? inVain : 'Nothing'),
        Admin: press && toText(press, successToast, toAdminToast),
        Log: visit && readLog(visit.error),
      }),
    };
  };

  return {
    send,
    /** @throws Error where this connector does not do what the step says, or shows a secret. */
    sendAndCheck: async (factory: Factory, config: object, step: Step) => {
      const result = await send(factory, config, step);
      const { visit, press, received } = result;
      const errors = [visit?.error, press?.error].filter((error) => error instanceof Error);

      if (visit?.status !== step.visitor || press?.status !== step.admin) {
        throw errors[0] ?? new Error('A failed send was reported as sent.');
      }

      if (step.visitor === 'sent' && !received && !step.instead) {
        throw new Error('A code was reported as sent that did not arrive.');
      }

      if (step.event) {
        await waitForLine(step.event);
      }

      // How long a send took may equal a code.
      const [secret] = findSecrets(inspect([log.lines, errors]).replaceAll(/ ms=\d+/g, ''));

      if (secret) {
        throw new Error(`A line of the log or an error shows ${secret}.`);
      }

      return result;
    },
  };
};
