import { ConnectorErrorCodes } from '@logto/connector-kit';
import { describe, expect, it } from 'vitest';

import { toAdminError } from './admin.js';
import { configGuard } from './config.js';
import { allFailureKinds, describeFailure, type Failure } from './failure.js';

describe('what the admin reads after a console test', () => {
  const rows: Array<[Failure['kind'], Omit<Failure, 'kind'>, string]> = [
    [
      'credentials',
      { vendorMessage: 'Invalid credentials.' },
      'SMSAero refused the e-mail address or the API key; copy both again from your SMSAero account. SMSAero says: "Invalid credentials."',
    ],
    [
      'account',
      {},
      "The e-mail address and the API key are right, but this account may not use the API yet; check that it is activated, has a sender name and money, and that this server's IP address is allowed.",
    ],
    [
      'ip-address',
      {},
      "SMSAero does not accept this server's IP address; add it to the allowed addresses in SMSAero's API settings.",
    ],
    ['funds', {}, 'There is not enough money on the SMSAero account; top it up and send again.'],
    [
      'funds',
      { balance: 0 },
      'There is not enough money on the SMSAero account (balance: 0 roubles); top it up and send again.',
    ],
    [
      'rate-limit',
      {},
      'SMSAero is limiting your request rate; wait a minute and try again, and ask SMSAero for a higher limit if this keeps happening.',
    ],
    ['number', { reason: 'it is too short' }, 'The phone number was refused: it is too short.'],
    [
      'number',
      { vendorMessage: 'number: incorrect' },
      'The phone number was refused: SMSAero cannot send to it. SMSAero says: "number: incorrect"',
    ],
    [
      'sender',
      {},
      'SMSAero has not approved this sender name for your account; ask SMSAero to approve it, or enter an approved one.',
    ],
    [
      'sender',
      { approvedNames: ['Shop', 'Acme'] },
      'SMSAero has not approved this sender name for your account; enter one that it has approved (Shop, Acme).',
    ],
    [
      'sender',
      { approvedNames: [] },
      'SMSAero has not approved this sender name for your account, nor any other; request one in your SMSAero account and wait for its approval.',
    ],
    [
      'sender',
      { isApproved: true, approvedNames: ['Acme', 'Магазин'], reason: '"М" is Cyrillic' },
      'SMSAero lists this sender name as approved, yet refused it; ask SMSAero for which operators and countries it is approved. In the name that you entered, "М" is Cyrillic.',
    ],
    [
      'sender',
      { reason: '"А" is Cyrillic' },
      'SMSAero has not approved this sender name for your account; ask SMSAero to approve it, or enter an approved one. In the name that you entered, "А" is Cyrillic.',
    ],
    [
      'sender',
      { approvedNames: ['Acme'], reason: '"А" is Cyrillic' },
      'SMSAero has not approved this sender name for your account; enter one that it has approved (Acme). In the name that you entered, "А" is Cyrillic.',
    ],
    [
      'refused',
      { vendorMessage: 'text: required' },
      'SMSAero refused the message; fix what it names below and send again. SMSAero says: "text: required"',
    ],
    [
      'refused',
      {},
      'SMSAero refused the message and gave no reason that can be shown; ask its support.',
    ],
    [
      'rejected',
      { deliveryStatus: 6 },
      'SMSAero or the operator rejected the message; use a sender name of your own, name your service in the text, and ask SMSAero whether this text and country are allowed for you.',
    ],
    [
      'rejected',
      { deliveryStatus: 2 },
      'The message was not delivered; check the number, use a sender name of your own, and name your service in the text.',
    ],
    [
      'held',
      {},
      'SMSAero holds your messages for moderation, so codes arrive minutes late; ask SMSAero for a contract, or to approve your texts.',
    ],
    [
      'rejected',
      { channel: 'telegram', deliveryStatus: 2 },
      'Telegram did not deliver the code; SMSAero should send an SMS instead, so check whether one arrives.',
    ],
    [
      'refused',
      { channel: 'telegram', vendorMessage: 'No' },
      'SMSAero refused the message; fix what it names below and send again. This is about Telegram only; visitors would be sent an SMS next. SMSAero says: "No"',
    ],
    [
      'rejected',
      { deliveryStatus: 6, id: '1234567', hasId: true, vendorMessage: 'No' },
      'SMSAero or the operator rejected the message; use a sender name of your own, name your service in the text, and ask SMSAero whether this text and country are allowed for you. See message 1234567 in your SMSAero account. SMSAero says: "No"',
    ],
    [
      'held',
      { id: '1234567' },
      'SMSAero holds your messages for moderation, so codes arrive minutes late; ask SMSAero for a contract, or to approve your texts. See message 1234567 in your SMSAero account.',
    ],
    [
      'account',
      { channel: 'telegram', status: 403 },
      'SMSAero refused to send to Telegram: the channel does not seem to be activated for your account; ask SMSAero to activate it. This is about Telegram only; visitors would be sent an SMS next.',
    ],
    [
      'account',
      { channel: 'telegram', status: 403, hasId: true },
      'SMSAero refused to send to Telegram: the channel does not seem to be activated for your account; ask SMSAero to activate it.',
    ],
    [
      'rate-limit',
      { channel: 'telegram', status: 429 },
      'SMSAero is limiting your request rate; wait a minute and try again, and ask SMSAero for a higher limit if this keeps happening. This is about Telegram only; visitors would be sent an SMS next.',
    ],
    [
      'refused',
      { channel: 'telegram', status: 409, vendorMessage: 'No' },
      'SMSAero refused the message; fix what it names below and send again. SMSAero says: "No"',
    ],
    [
      'unreachable',
      { reason: 'gate.smsaero.ru: name not found', faults: ['network'] },
      "No connection to SMSAero (gate.smsaero.ru: name not found); check this server's DNS, firewall, proxy and IPv6.",
    ],
    [
      'unreachable',
      { reason: 'gate.smsaero.ru: proxy unreachable: connection refused', faults: ['proxy'] },
      'No connection to SMSAero (gate.smsaero.ru: proxy unreachable: connection refused); check the proxy that HTTPS_PROXY names: its address and port, its certificate, and whether it lets SMSAero through.',
    ],
    [
      'unreachable',
      { reason: 'a: not in time, b: certificate expired', faults: ['network', 'certificate-date'] },
      "No connection to SMSAero (a: not in time, b: certificate expired); check this server's DNS, firewall, proxy and IPv6; check this server's clock; if it is right, the certificate must be renewed.",
    ],
    [
      'bad-reply',
      { reason: 'a client certificate is required', faults: ['client-certificate'] },
      'The gateway did not take the message (a client certificate is required); check the address, because the server there wants a client certificate, and the connector has none.',
    ],
    [
      'refused',
      { reason: 'HTTP 404 at the gateway address', vendorMessage: 'Not found' },
      'The gateway refused the message (HTTP 404 at the gateway address); check the gateway address. SMSAero says: "Not found"',
    ],
    [
      'timeout',
      { reason: 'not in time' },
      'No answer from SMSAero (not in time); the message may still arrive, so wait a minute before sending again.',
    ],
    [
      'bad-reply',
      { reason: 'HTTP 502, a server error' },
      'The gateway gave an unexpected answer (HTTP 502, a server error); try again later, and check the gateway address if you set one.',
    ],
    [
      'template',
      {},
      'Logto gave no code for the SignIn template; find out what requested this message, such as a call of the Management API.',
    ],
    [
      'internal',
      { reason: 'TypeError at lib/index.js:120:11' },
      'The connector hit an unexpected error; please report the line it left in the server log.',
    ],
  ];

  it('is in the table above for every kind, but for the config', () => {
    expect(new Set([...rows.map(([kind]) => kind), 'config'])).toEqual(new Set(allFailureKinds));
  });

  it.each(rows)('%s %j', (kind, details, sentence) => {
    const error = toAdminError({ kind, ...details }, 'SignIn');

    expect(error.code).toBe(ConnectorErrorCodes.General);
    expect(error.data).toEqual({ errorDescription: sentence });
  });

  it("is an invalid config's issues, which the console lists", () => {
    const { error: issues } = configGuard.safeParse({ email: 'x' });
    const error = toAdminError(describeFailure(issues), 'SignIn');

    expect(error.code).toBe(ConnectorErrorCodes.InvalidConfig);
    expect(error.data).toBe(issues);
  });
});
