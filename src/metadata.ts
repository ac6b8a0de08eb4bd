import { ConnectorConfigFormItemType, type ConnectorMetadata } from '@logto/connector-kit';

/**
 * Templates that the form starts with. The language of `default` is listed as well: otherwise a reader of "en ru"
 * would get Russian.
 *
 * Each text fits in one SMS, which holds 160 characters of GSM 7-bit (3GPP TS 23.038); `{ } [ ] € ^ ~ | \` count
 * twice. A longer text is sent in parts of 153. A single character outside GSM 7-bit makes that 70, and 67 for a part:
 * a Cyrillic letter, ə ğ ş ı, the ʻ of oʻ, ’ — «, a no-break space, an emoji. Emoji count twice or more.
 */
const defaultTemplates = [
  ['SignIn', '{{code}} is your Acme sign-in code', '{{code}} — код для входа в Acme'],
  ['Register', '{{code}} is your Acme sign-up code', '{{code}} — код регистрации в Acme'],
  ['ForgotPassword', '{{code}} resets your Acme password', '{{code}} — код смены пароля в Acme'],
  ['Generic', '{{code}} is your Acme code', '{{code}} — ваш код в Acme'],
].map(([usageType, en, ru]) => ({ usageType, content: { default: en, en, ru } }));

/** What the admin console shows of the connector. Id and target are those of the bundled connector. */
export const metadata: ConnectorMetadata = {
  id: 'smsaero-short-message-service',
  target: 'smsaero-sms',
  platform: null,
  // The console shows the English name in all other languages.
  name: { en: 'SMSAero', ru: 'SMS Aero' },
  logo: './logo.svg',
  logoDark: './logo-dark.svg',
  description: {
    en: 'Sends verification codes by SMS through SMSAero, to Russia and its neighbours.',
    ru: 'Отправляет коды подтверждения по SMS через SMS Aero — в России и соседних странах.',
    'zh-CN': '通过 SMSAero 以短信发送验证码，覆盖俄罗斯及周边国家。',
    'tr-TR': 'Doğrulama kodlarını SMSAero üzerinden SMS ile Rusya ve komşu ülkelere gönderir.',
    ko: 'SMSAero를 통해 러시아와 인근 국가에 인증 코드를 SMS로 보냅니다.',
  },
  readme: './docs/guide.md',
  formItems: [
    {
      key: 'email',
      type: ConnectorConfigFormItemType.Text,
      label: 'Account e-mail',
      description: 'The e-mail address you sign in to SMSAero with.',
      placeholder: 'name@example.com',
      required: true,
    },
    {
      key: 'apiKey',
      type: ConnectorConfigFormItemType.Text,
      label: 'API key',
      description: 'In your SMSAero account, under Settings → API and SMPP.',
      placeholder: 'Paste the API key',
      required: true,
      isConfidential: true,
    },
    {
      key: 'senderName',
      type: ConnectorConfigFormItemType.Text,
      label: 'Sender name',
      description:
        'Codes arrive reliably only under a name of your own. The shared name, SMSAero, is for tests only.',
      tooltip:
        'Recipients see it instead of a phone number. SMSAero and the operators must approve it first.',
      placeholder: 'SMSAero',
      defaultValue: 'SMSAero',
      required: true,
    },
    {
      key: 'templates',
      type: ConnectorConfigFormItemType.Json,
      label: 'Templates',
      description:
        'Replace Acme with your service’s name. Every text needs {{code}}; “default” is used for languages not listed; also list the language that it is written in.',
      tooltip:
        'SignIn, Register, ForgotPassword and Generic are required; Generic covers all other usage types. “content” may also be a single text for all languages. One SMS holds 160 GSM characters, or 70 if it contains any other (a Cyrillic letter, a long dash).',
      required: true,
      defaultValue: defaultTemplates,
    },
    {
      key: 'telegram',
      type: ConnectorConfigFormItemType.Switch,
      label: 'Telegram first (experimental)',
      description: 'Send codes via Telegram, or by SMS if Telegram can’t deliver',
      tooltip:
        'Visitors get the code in Telegram, from “Verification Codes” or SMSAero’s bot, while Logto’s page still says it was sent to their phone. Needs a sender name of your own. We have not tried it on a real account.',
      defaultValue: false,
    },
    {
      key: 'watchDelivery',
      type: ConnectorConfigFormItemType.Switch,
      label: 'Watch delivery',
      description: 'Check each message for ten minutes and log it if it doesn’t arrive',
      tooltip: 'Up to four requests per message, in the background; nobody waits for them.',
      defaultValue: false,
    },
    {
      key: 'testMode',
      type: ConnectorConfigFormItemType.Switch,
      label: 'Test mode',
      description: 'SMSAero checks messages but delivers and charges nothing',
      tooltip: 'While this is on, nobody can sign in by SMS.',
      defaultValue: false,
    },
    {
      key: 'allowedCountryCodes',
      type: ConnectorConfigFormItemType.Text,
      label: 'Allowed country codes',
      description:
        'Optional, separated by commas. 7 is Russia and Kazakhstan. Other numbers are refused before anything is sent or charged. To empty it again, enter a space.',
      tooltip:
        'Stops fraudsters from requesting codes to expensive numbers abroad at your cost (SMS pumping).',
      placeholder: '7, 375',
    },
    {
      key: 'lowBalance',
      type: ConnectorConfigFormItemType.Text,
      label: 'Low balance',
      description:
        'Optional, in whole roubles. If the balance is lower, the server log says so. To empty it again, enter a space.',
      tooltip:
        'After an accepted message, once an hour at most, SMSAero is asked for the balance; nobody waits for it. For an account with credit, the number may be negative.',
      placeholder: '500',
    },
    {
      key: 'gatewayUrl',
      type: ConnectorConfigFormItemType.Text,
      label: 'Gateway address',
      description:
        'Optional. Leave it empty to use SMSAero’s own hosts. To empty it again, enter a space.',
      tooltip: 'For your own gateway; SMSAero’s hosts are then not used.',
      placeholder: 'https://gate.smsaero.ru/v2/',
    },
  ],
};
