import { generate } from 'selfsigned';

/** A private key and its certificate, both PEM. */
export type Certificate = { key: string; cert: string };

const day = 24 * 60 * 60 * 1000;

const create = async (
  commonName: string,
  options: NonNullable<Parameters<typeof generate>[1]>
): Promise<Certificate> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...options,
  });

  return { key, cert };
};

/** A certificate authority that is trusted only where it is given as `ca`. */
export const createAuthority = async () =>
  create('Throw-away CA', {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });

/** A certificate for `localhost` and 127.0.0.1, or for other names. */
export const createCertificate = async (
  authority: Certificate,
  { name = 'localhost', otherNames = [] as string[], isExpired = false } = {}
) =>
  create(name, {
    ca: authority,
    ...(isExpired && {
      notBeforeDate: new Date(Date.now() - 2 * day),
      notAfterDate: new Date(Date.now() - day),
    }),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...[name, ...otherNames].map((value) => ({ type: 2 as const, value })),
          ...(name === 'localhost' ? [{ type: 7 as const, ip: '127.0.0.1' }] : []),
        ],
      },
    ],
  });
