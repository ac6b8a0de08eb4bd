import { ConnectorError, ConnectorErrorCodes } from '@logto/connector-kit';

import { type Failure } from './failure.js';
import { isTelegramRefused } from './send.js';
import { type Fault } from './smsaero/failure.js';

/** What to do about each fault of a connection. */
const remedies: Record<Fault, string> = {
  network: "check this server's DNS, firewall, proxy and IPv6",
  proxy:
    'check the proxy that HTTPS_PROXY names: its address and port, its certificate, and whether it lets SMSAero through',
  'open-files': "raise this server's limit of open files (ulimit -n) and restart Logto",
  'no-tls': 'check the address and port, because what answers there does not speak TLS',
  'tls-refused':
    'check the address, because the server there may want a client certificate, which the connector does not have, or another version of TLS',
  tls: 'check whether a firewall or proxy on the way interferes with TLS',
  'certificate-name': 'check the address and DNS, because another server answers there',
  'certificate-date': "check this server's clock; if it is right, the certificate must be renewed",
  'certificate-authority':
    "if a proxy of yours inspects TLS, or the certificate is from Russia's national authority, set NODE_EXTRA_CA_CERTS to a PEM file of that authority's certificate that Logto can read, and restart Logto",
  'client-certificate':
    'check the address, because the server there wants a client certificate, and the connector has none',
};

/** What the admin reads after a console test: what is wrong and what to do next. */
const sentences: Record<
  Exclude<Failure['kind'], 'config'>,
  (failure: Failure, usageType: string) => string
> = {
  credentials: () =>
    'SMSAero refused the e-mail address or the API key; copy both again from your SMSAero account.',
  account: ({ channel }) =>
    channel === 'telegram'
      ? 'SMSAero refused to send to Telegram: the channel does not seem to be activated for your account; ask SMSAero to activate it.'
      : "The e-mail address and the API key are right, but this account may not use the API yet; check that it is activated, has a sender name and money, and that this server's IP address is allowed.",
  'ip-address': () =>
    "SMSAero does not accept this server's IP address; add it to the allowed addresses in SMSAero's API settings.",
  funds: ({ balance }) =>
    `There is not enough money on the SMSAero account${
      balance === undefined ? '' : ` (balance: ${balance} roubles)`
    }; top it up and send again.`,
  'rate-limit': () =>
    'SMSAero is limiting your request rate; wait a minute and try again, and ask SMSAero for a higher limit if this keeps happening.',
  number: ({ reason }) => `The phone number was refused: ${reason ?? 'SMSAero cannot send to it'}.`,
  sender: ({ isApproved, approvedNames }) => {
    if (isApproved) {
      return 'SMSAero lists this sender name as approved, yet refused it; ask SMSAero for which operators and countries it is approved.';
    }

    if (!approvedNames) {
      return 'SMSAero has not approved this sender name for your account; ask SMSAero to approve it, or enter an approved one.';
    }

    return approvedNames.length > 0
      ? `SMSAero has not approved this sender name for your account; enter one that it has approved (${approvedNames.join(', ')}).`
      : 'SMSAero has not approved this sender name for your account, nor any other; request one in your SMSAero account and wait for its approval.';
  },
  refused: ({ vendorMessage, reason }) => {
    if (reason) {
      return `The gateway refused the message (${reason}); check the gateway address.`;
    }

    return vendorMessage
      ? 'SMSAero refused the message; fix what it names below and send again.'
      : 'SMSAero refused the message and gave no reason that can be shown; ask its support.';
  },
  rejected: ({ deliveryStatus, channel }) => {
    if (channel === 'telegram') {
      return 'Telegram did not deliver the code; SMSAero should send an SMS instead, so check whether one arrives.';
    }

    return deliveryStatus === 2
      ? 'The message was not delivered; check the number, use a sender name of your own, and name your service in the text.'
      : 'SMSAero or the operator rejected the message; use a sender name of your own, name your service in the text, and ask SMSAero whether this text and country are allowed for you.';
  },
  held: () =>
    'SMSAero holds your messages for moderation, so codes arrive minutes late; ask SMSAero for a contract, or to approve your texts.',
  unreachable: ({ reason, faults = ['network'] }) =>
    `No connection to SMSAero (${reason}); ${faults.map((fault) => remedies[fault]).join('; ')}.`,
  timeout: ({ reason }) =>
    `No answer from SMSAero (${reason}); the message may still arrive, so wait a minute before sending again.`,
  'bad-reply': ({ reason, faults }) =>
    faults?.includes('client-certificate')
      ? `The gateway did not take the message (${reason}); ${remedies['client-certificate']}.`
      : `The gateway gave an unexpected answer (${reason}); try again later, and check the gateway address if you set one.`,
  template: (_, usageType) =>
    `Logto gave no code for the ${usageType} template; find out what requested this message, such as a call of the Management API.`,
  internal: () =>
    'The connector hit an unexpected error; please report the line it left in the server log.',
};

/**
 * The `ConnectorError` that the admin reads after a console test: our sentence and SMSAero's words, or what is
 * wrong with the config, which the console lists.
 */
export const toAdminError = (failure: Failure, usageType: string): ConnectorError => {
  if (failure.kind === 'config') {
    return new ConnectorError(ConnectorErrorCodes.InvalidConfig, failure.issues);
  }

  const { kind, vendorMessage, id, reason } = failure;

  return new ConnectorError(ConnectorErrorCodes.General, {
    errorDescription: [
      sentences[kind](failure, usageType),
      kind === 'sender' && reason && `In the name that you entered, ${reason}.`,
      isTelegramRefused(kind, failure) &&
        'This is about Telegram only; visitors would be sent an SMS next.',
      id && `See message ${id} in your SMSAero account.`,
      vendorMessage && `SMSAero says: "${vendorMessage}"`,
    ]
      .filter(Boolean)
      .join(' '),
  });
};
