import { type Fault } from './failure.js';

const unknownAuthority = ['certificate of an unknown authority', 'certificate-authority'] as const;
const lost = ['connection lost', 'network'] as const;
const tooManyFiles = ['too many open files', 'open-files'] as const;

/** What is known of a code: plain words, and the fault that they tell. */
const causes: Record<string, readonly [words: string, fault: Fault]> = {
  LATE: ['not in time', 'network'],
  TOO_LARGE: ['too large', 'network'],
  PROTOCOL: ['HTTP 101, a change of protocol', 'network'],
  NO_TLS: ['no TLS on this port', 'no-tls'],
  CLIENT_CERTIFICATE: ['a client certificate is required', 'client-certificate'],
  ENOTFOUND: ['name not found', 'network'],
  EAI_AGAIN: ['no answer from DNS', 'network'],
  ECONNREFUSED: ['connection refused', 'network'],
  ECONNRESET: lost,
  EPIPE: lost,
  ETIMEDOUT: ['not in time', 'network'],
  EHOSTUNREACH: ['host unreachable', 'network'],
  ENETUNREACH: ['network unreachable', 'network'],
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  // Of `getaddrinfo`, which has no better code for this on Node 20 and 22.
  EBUSY: tooManyFiles,
  HPE_HEADER_OVERFLOW: ['headers too large', 'network'],
  ERR_PROXY_TUNNEL: ['refused by the proxy', 'proxy'],
  CERT_HAS_EXPIRED: ['certificate expired', 'certificate-date'],
  CERT_NOT_YET_VALID: ['certificate not valid yet', 'certificate-date'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['certificate for another name', 'certificate-name'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['self-signed certificate', 'certificate-authority'],
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
};

/** Begins the code of an error that happened on the way to a proxy, see {@link toProxyCode}. */
const proxyMark = 'PROXY_';

/** Whether a code is OpenSSL's or Node's for a fault of TLS or of a certificate. */
const isTls = (code: string) => /CERT|^UNABLE_TO_|^ERR_(?:SSL|TLS)_|^EPROTO$/.test(code);

/**
 * An error's code. Its message is only looked at, never returned: got's errors hold the request, and OpenSSL's words
 * differ between versions of Node.
 */
export const toCode = (error: unknown): string => {
  const known = error instanceof Error && 'code' in error ? error.code : undefined;
  const code = typeof known === 'string' ? known : 'UNKNOWN';
  const message = String(error);

  // Node has one code for a tunnel that the proxy refuses and for one that takes too long.
  if (code === 'ERR_PROXY_TUNNEL' && message.includes('timed out')) {
    return 'LATE';
  }

  if (isTls(code) && message.includes('wrong version number')) {
    return 'NO_TLS';
  }

  return isTls(code) && /alert (?:certificate required|bad certificate)/.test(message)
    ? 'CLIENT_CERTIFICATE'
    : code;
};

/** The code for an error of the connection to a proxy, as opposed to the host behind it. */
export const toProxyCode = (error: unknown): string => proxyMark + toCode(error);

/** A code in plain words; a code that is not known is returned as it is. */
export const toWords = (code: string): string => {
  if (code.startsWith(proxyMark)) {
    return `proxy unreachable: ${toWords(code.slice(proxyMark.length))}`;
  }

  return causes[code]?.[0] ?? (isTls(code) ? `TLS failed with ${code}` : code);
};

/** The fault that a code tells. */
export const toFault = (code: string): Fault => {
  if (code.startsWith(proxyMark)) {
    return 'proxy';
  }

  return causes[code]?.[1] ?? (isTls(code) ? 'tls' : 'network');
};

/** Whether the answer is missing because time was up or the system lost the connection (ECONNRESET and the like). */
export const isTimeout = (code: string): boolean => code === 'LATE' || /^E[A-Z]+$/.test(code);
