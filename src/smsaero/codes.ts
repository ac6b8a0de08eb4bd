import { type Fault } from './failure.js';

const unknownAuthority = 'certificate of an unknown authority';

/** The codes of failed requests in plain words. A code that is not listed is shown as it is. */
const phrases: Record<string, string> = {
  LATE: 'not in time',
  TOO_LARGE: 'too large',
  PROTOCOL: 'HTTP 101, a change of protocol',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'no answer from DNS',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EPIPE: 'connection lost',
  ETIMEDOUT: 'not in time',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  HPE_HEADER_OVERFLOW: 'headers too large',
  ERR_PROXY_TUNNEL: 'refused by the proxy',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
};

/** Codes of OpenSSL and Node for faults of TLS and of certificates. */
const isTls = (code: string) => /CERT|^UNABLE_TO_|^ERR_(?:SSL|TLS)_|^EPROTO$/.test(code);

/** A code in plain words. */
export const toWords = (code: string): string =>
  phrases[code] ?? (isTls(code) ? `TLS failed with ${code}` : code);

/** Whether the answer is missing because time was up or the system lost the connection (ECONNRESET and the like). */
export const isTimeout = (code: string): boolean => code === 'LATE' || /^E[A-Z]+$/.test(code);

/** Where a connection failed. */
export const toFault = (code: string): Fault => (isTls(code) ? 'tls' : 'network');
