import { type Fault } from './failure.js';

/** What is known of a code: plain words, and the fault that they tell. */
type Cause = [words: string, fault: Fault];

const unknownAuthority: Cause = ['certificate of an unknown authority', 'certificate-authority'];
const tooManyFiles: Cause = ['too many open files', 'open-files'];

const causes: Record<string, Cause> = {
  LATE: ['not in time', 'network'],
  TOO_LARGE: ['too large', 'network'],
  PROTOCOL: ['HTTP 101, a change of protocol', 'network'],
  NO_TLS: ['no TLS on this port', 'no-tls'],
  TLS_REFUSED: ['TLS handshake refused', 'tls-refused'],
  CLIENT_CERTIFICATE: ['a client certificate is required', 'client-certificate'],
  ENOTFOUND: ['name not found', 'network'],
  EAI_AGAIN: ['no answer from DNS', 'network'],
  ECONNREFUSED: ['connection refused', 'network'],
  ECONNRESET: ['connection lost', 'network'],
  EPIPE: ['connection lost', 'network'],
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

/** Whether a code is OpenSSL's or Node's for a fault of TLS or of a certificate. */
const isTls = (code: string) => /CERT|^UNABLE_TO_|^ERR_(?:SSL|TLS)_|^EPROTO$/.test(code);

/** What OpenSSL says in words only, as far as all versions of Node have the same, and our code for it. */
const openSslWords: Array<[words: RegExp, code: string]> = [
  [/wrong version number/, 'NO_TLS'],
  [/alert (?:handshake failure|protocol version)/, 'TLS_REFUSED'],
  [/alert (?:certificate required|bad certificate)/, 'CLIENT_CERTIFICATE'],
];

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

  const [, named = code] = openSslWords.find(([words]) => words.test(message)) ?? [];

  return isTls(code) ? named : code;
};

/** Begins the code of an error of the connection to a proxy. */
const proxyMark = 'PROXY_';

/** Makes an error of the connection to a proxy tell by its code that it is not one of the host behind it. */
export const toProxyError = (error: Error): Error =>
  // eslint-disable-next-line @silverhand/fp/no-mutating-assign -- the error is a new one
  Object.assign(new Error('proxy'), { code: proxyMark + toCode(error) });

/** A code in plain words, and the fault that it tells. A code that is not known is its own words. */
export const toCause = (code: string): { words: string; fault: Fault } => {
  if (code.startsWith(proxyMark)) {
    const { words } = toCause(code.slice(proxyMark.length));

    return { words: `proxy unreachable: ${words}`, fault: 'proxy' };
  }

  const unknown: Cause = isTls(code) ? [`TLS failed with ${code}`, 'tls'] : [code, 'network'];
  const [words, fault] = causes[code] ?? unknown;

  return { words, fault };
};

/** Whether the answer is missing because time was up or the system lost the connection (ECONNRESET and the like). */
export const isTimeout = (code: string): boolean => code === 'LATE' || /^E[A-Z]+$/.test(code);
