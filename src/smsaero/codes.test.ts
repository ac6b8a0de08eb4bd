import { describe, expect, it } from 'vitest';

import { toCause, toCode, toProxyError } from './codes.js';
import { SystemError } from './fixtures.js';

describe("an error's code", () => {
  it.each([
    ['is its own', 'ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'],
    ['tells a port without TLS', 'EPROTO', '0A00010B:SSL routines::wrong version number', 'NO_TLS'],
    [
      'tells a refused handshake',
      'EPROTO',
      '0A000410:SSL routines::ssl/tls alert handshake failure',
      'TLS_REFUSED',
    ],
    ['tells a refused version', 'EPROTO', 'tlsv1 alert protocol version', 'TLS_REFUSED'],
    [
      'tells a client certificate that is missing',
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'tlsv13 alert certificate required',
      'CLIENT_CERTIFICATE',
    ],
    ['tells one that is refused', 'EPROTO', 'alert bad certificate', 'CLIENT_CERTIFICATE'],
    ['is its own in TLS, too', 'EPROTO', 'unexpected message', 'EPROTO'],
    [
      'tells nothing by words that are not of TLS',
      'HPE_INVALID_CONSTANT',
      'wrong version number, alert handshake failure',
      'HPE_INVALID_CONSTANT',
    ],
    ['tells a tunnel that is late', 'ERR_PROXY_TUNNEL', 'timed out after 8000ms', 'LATE'],
    ['tells a tunnel that is refused', 'ERR_PROXY_TUNNEL', 'HTTP/1.1 407', 'ERR_PROXY_TUNNEL'],
    ['is its own where only the words are late', 'EPIPE', 'timed out', 'EPIPE'],
  ])('%s: %s, %s', (_, code, message, told) => {
    expect(toCode(new SystemError(code, message))).toBe(told);
  });

  it.each([undefined, 'ECONNREFUSED', new Error('ECONNREFUSED'), { code: 'ECONNREFUSED' }])(
    'is unknown where there is none: %j',
    (error) => {
      expect(toCode(error)).toBe('UNKNOWN');
    }
  );
});

describe('the cause that a code tells', () => {
  it.each([
    ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', 'tls'],
    ['UNABLE_TO_GET_CRL', 'tls'],
    ['ERR_SSL_NO_CIPHER_MATCH', 'tls'],
    ['ERR_TLS_PROTOCOL_VERSION_CONFLICT', 'tls'],
    ['EPROTO', 'tls'],
    ['EPROTOTYPE', 'network'],
    ['ERR_UNABLE_TO_GUESS', 'network'],
    ['ERR_NO_TLS_HERE', 'network'],
  ])('is of TLS if OpenSSL or Node says so: %s, %s', (code, fault) => {
    const words = fault === 'tls' ? `TLS failed with ${code}` : code;

    expect(toCause(code)).toEqual({ words, fault });
  });

  it("is the proxy's where the connection to it failed", () => {
    const error = toProxyError(new SystemError('CERT_HAS_EXPIRED'));

    expect(toCause(toCode(error))).toEqual({
      words: 'proxy unreachable: certificate expired',
      fault: 'proxy',
    });
  });
});
