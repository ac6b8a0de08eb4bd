import fc from 'fast-check';
import createOfficialConnector from 'official-connector-smsaero';
import { describe, expect, it } from 'vitest';

import { configGuard } from '../src/config.js';
import { config } from '../src/fixtures.js';

const { templates } = config;

describe('config guard', () => {
  it('accepts what the connector that Logto ships accepts with a code in its templates', async () => {
    const { configGuard: officialGuard } = await createOfficialConnector({
      getConfig: async () => ({}),
    });
    const content = fc
      .tuple(fc.string(), fc.constantFrom('{{code}}', '{{ code }}', '{{code }}'), fc.string())
      .map((parts) => parts.join(''));
    const officialConfig = fc.record(
      {
        email: fc.emailAddress(),
        apiKey: fc.string({ minLength: 1 }).filter((key) => key.trim() !== ''),
        senderName: fc.string({ minLength: 1 }).filter((name) => name.trim() !== ''),
        templates: fc.array(fc.record({ usageType: fc.string(), content })).chain((others) =>
          fc.tuple(content, content, content, content).map((contents) => [
            ...others,
            ...templates.map(({ usageType }, index) => ({
              usageType,
              content: contents[index],
            })),
          ])
        ),
        somethingElse: fc.anything(),
      },
      { requiredKeys: ['email', 'apiKey', 'senderName', 'templates'] }
    );

    fc.assert(
      fc.property(officialConfig, (input) => {
        fc.pre(officialGuard.safeParse(input).success);
        expect(configGuard.safeParse(input).error).toBeUndefined();
      })
    );
  });
});
