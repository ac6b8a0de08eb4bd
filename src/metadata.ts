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
  name: {
    en: 'SMSAero',
    ru: 'SMS Aero',
    'zh-CN': 'SMSAero',
    'tr-TR': 'SMSAero',
    ko: 'SMSAero',
  },
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
        'Codes arrive reliably only under a name of your own. The shared name, SMSAero, is for trying out.',
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
        'Replace Acme with your service’s name. Every text needs {{code}}; “default” is for all languages not listed; list its own language, too.',
      tooltip:
        'SignIn, Register, ForgotPassword and Generic are required; Generic covers all other usage types. A content may also be one text for everybody. One SMS holds 160 characters of GSM 7-bit, or 70 once there is any other, such as a Cyrillic letter or a long dash.',
      required: true,
      defaultValue: defaultTemplates,
    },
    {
      key: 'telegram',
      type: ConnectorConfigFormItemType.Switch,
      label: 'Telegram first (experimental)',
      description: 'Send codes to Telegram, or by SMS where Telegram can’t deliver',
      tooltip:
        'Visitors get the code in Telegram, from “Verification Codes” or SMSAero’s bot, while Logto’s page still says it was sent to their phone. Needs a sender name of your own. We have not tried it on a real account.',
      defaultValue: false,
    },
    {
      key: 'watchDelivery',
      type: ConnectorConfigFormItemType.Switch,
      label: 'Watch delivery',
      description: 'Look up each message for ten minutes and log it if it doesn’t arrive',
      tooltip: 'In the background: up to four look-ups a message, and nobody waits for them.',
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
        'Optional, separated by commas. 7 is Russia and Kazakhstan. Other numbers are refused before anything is sent or charged.',
      tooltip:
        'Stops fraudsters from requesting codes to expensive numbers abroad at your cost (SMS pumping).',
      placeholder: '7, 375',
    },
    {
      key: 'gatewayUrl',
      type: ConnectorConfigFormItemType.Text,
      label: 'Gateway address',
      description: 'Optional. Leave it empty to use SMSAero’s own hosts.',
      tooltip: 'For a gateway of your own. No other host is tried then.',
      placeholder: 'https://gate.smsaero.ru/v2/',
    },
  ],
};
