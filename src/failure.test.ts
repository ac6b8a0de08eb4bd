import { describe, expect, it } from 'vitest';

import { configGuard } from './config.js';
import { describeFailure } from './failure.js';
import { TemplateFailure } from './message.js';
import { SendFailure } from './smsaero/failure.js';

/** An error whose message holds the request, and whose stack is that of the built package. */
class Mistake extends TypeError {
  override stack = `TypeError: Invalid header: Basic a2V5
    at Socket.emit (node:events:524:28)
    at render (file:///logto/packages/core/connectors/@logto-connector-smsaero/lib/index.js:120:11)
    at sendMessage (file:///logto/packages/core/connectors/@logto-connector-smsaero/lib/index.js:9:3)`;
}

describe('a failure', () => {
  it("of SMSAero's is told with its details", () => {
    const details = { host: 'gate.smsaero.ru', status: 402, channel: 'sms' as const };

    expect(describeFailure(new SendFailure('funds', details))).toEqual({
      kind: 'funds',
      ...details,
    });
  });

  it('of a template without a code to put in has its own kind', () => {
    expect(describeFailure(new TemplateFailure())).toEqual({ kind: 'template' });
  });

  it('of the config is told in its sentences, and has its issues', () => {
    const { error: issues } = configGuard.safeParse({ email: 'x' });

    expect(describeFailure(issues)).toEqual({
      kind: 'config',
      reason:
        'Enter a valid e-mail address, such as name@example.com. Enter the API key of your SMSAero account. Enter a sender name that SMSAero has approved for you. Templates must be a JSON list; copy the one in the guide.',
      issues,
    });
  });

  it.each([
    [
      'an error of the package',
      new Mistake('Invalid header: Basic a2V5'),
      'Mistake at lib/index.js:120:11',
    ],
    ['an error from elsewhere', new RangeError('Basic a2V5'), 'RangeError at an unknown place'],
    ['a text', 'Basic a2V5', 'string'],
    ['nothing', undefined, 'undefined'],
  ])(
    'of our own is told by its class and place, never by its words, which may hold the request: %s',
    (_, thrown, reason) => {
      expect(describeFailure(thrown)).toEqual({ kind: 'internal', reason });
    }
  );
});
