import nock from 'nock';

import { ConnectorError, TemplateType } from '@logto/connector-kit';
import createOfficialConnector from 'official-connector-smsaero';
import { afterEach, describe, expect, it } from 'vitest';

import { type SmsAeroConfig } from '../src/config.js';
import { config, data } from '../src/fixtures.js';
import { requiredUsageTypes } from '../src/problems.js';

import { getBlocks, getSection, readDocument } from './documents.js';

afterEach(() => {
  nock.cleanAll();
});

/** The fields that the bundled connector ignores. For ours, they would keep the message from being sent to SMSAero. */
const ownFields = {
  telegram: true,
  watchDelivery: true,
  testMode: true,
  allowedCountryCodes: '375',
  lowBalance: '500',
  gatewayUrl: 'https://sms.example.com/',
} satisfies Record<Exclude<keyof SmsAeroConfig, keyof typeof config>, unknown>;

/** What the bundled connector sends of these templates, or the code of its error. */
const sendBundled = async (templates: unknown, type: TemplateType) => {
  const texts: string[] = [];
  const { sendMessage } = await createOfficialConnector({
    getConfig: async () => ({ ...config, ...ownFields, templates }),
  });

  nock('https://gate.smsaero.ru')
    .post('/v2/sms/send')
    .reply(200, (_, body) => {
      texts.push((body as { text: string }).text);

      return {};
    });

  try {
    await sendMessage({ ...data, type });

    return texts[0];
  } catch (error: unknown) {
    return error instanceof ConnectorError ? error.code : error;
  }
};

describe("what the operator's reference says of the way back to the bundled connector", () => {
  // An invitation goes by e-mail only.
  const types = Object.values(TemplateType).filter(
    (type) => type !== TemplateType.OrganizationInvitation
  );

  it.each(
    types.flatMap((type) => [
      [type, 'docs/operating.md', 'Roll back'] as const,
      [type, 'docs/operating.ru.md', 'Откат'] as const,
    ])
  )('has a template that it sends: %s in %s', async (type, name, heading) => {
    const section = getSection(await readDocument(name), heading);
    const [block = ''] = getBlocks(section, 'json');

    await expect(sendBundled(JSON.parse(block), type)).resolves.toMatch(/^381945 .*\bAcme\b/);
  });

  it.each([
    ['<<code>>', TemplateType.SignIn, '<<code>>'],
    ['{{code}}', TemplateType.SignIn, '381945'],
    ['{{code}}', TemplateType.BindMfa, 'template_not_found'],
    [{ default: '{{code}}' }, TemplateType.Generic, 'invalid_config'],
  ])('is right that it understands less: %j for %s gives %s', async (content, type, outcome) => {
    const templates = requiredUsageTypes.map((usageType) => ({
      usageType,
      content: usageType === 'SignIn' ? content : '{{code}}',
    }));

    await expect(sendBundled(templates, type)).resolves.toBe(outcome);
  });
});
