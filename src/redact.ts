const mask = '***';
const maxWords = 200;

/** The shortest piece of a secret that is masked, in characters; a secret that is shorter is masked whole. */
const pieceSizes = { credential: 6, digits: 5, text: 16 };

export type Secrets = {
  email: string;
  apiKey: string;
  /** The phone number, digits only. */
  number: string;
  /** The message's text, which holds the code. */
  text: string;
};

const toBase64 = (value: string) => Buffer.from(value).toString('base64');

const toRange = (start: number, end: number) =>
  Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);

const toPieces = (secret: string, size: number) =>
  new Set(toRange(0, secret.length - size + 1).map((start) => secret.slice(start, start + size)));

/** Where `secret`, or a piece of it at least `size` characters long, stands in `line`. */
const findSecret = (line: string, secret: string, size = secret.length): number[] => {
  const width = Math.min(size, secret.length);
  const pieces = toPieces(secret, width);

  return toRange(0, line.length)
    .filter((start) => pieces.has(line.slice(start, start + width)))
    .flatMap((start) => toRange(start, start + width));
};

/** Where digits stand that hold a piece of a secret, however they are grouped: `+7 (903) 123-45-67`. */
const findDigits = (line: string, secrets: string[]): number[] => {
  const pieces = secrets.flatMap((secret) => [
    ...toPieces(secret, Math.min(secret.length, pieceSizes.digits)),
  ]);

  return [...line.matchAll(/\d(?:[\s()+.-]*\d){3,}/g)]
    .filter(([run]) => pieces.some((piece) => run.replaceAll(/\D/g, '').includes(piece)))
    .flatMap(({ index, 0: run }) => toRange(index, index + run.length));
};

const decode = (words: string) => {
  const unescaped = words.replaceAll(/\\u([\da-f]{4})/gi, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16))
  );

  try {
    return decodeURIComponent(unescaped);
  } catch {
    return unescaped;
  }
};

const toOneLine = (words: string) =>
  words
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();

/**
 * Makes what the gateway says fit to be shown and logged: one line, at most 200 characters, with the
 * e-mail, the API key, the phone number, the text and the code masked. The gateway may echo any of
 * them, whole or in pieces, in base64 or escaped.
 */
export const redact = (words: string, { email, apiKey, number, text }: Secrets): string => {
  // An accepted message comes without words, and then there is nothing to look through.
  if (!words) {
    return '';
  }

  // An answer's length is the gateway's choice, so only its beginning is looked at.
  const line = toOneLine(decode(words.slice(0, 2048)));
  const credentials = [apiKey, toBase64(apiKey), toBase64(`${email}:${apiKey}`)];
  const hidden = new Set([
    ...credentials.flatMap((secret) => findSecret(line, secret, pieceSizes.credential)),
    ...findSecret(line, email),
    ...findSecret(line, email.toLowerCase()),
    ...findSecret(line, toOneLine(text), pieceSizes.text),
    ...findDigits(line, [number, ...(text.match(/\d{4,}/g) ?? [])]),
  ]);
  const shown = toRange(0, line.length).map((index) => {
    if (!hidden.has(index)) {
      return line.charAt(index);
    }

    return hidden.has(index - 1) ? '' : mask;
  });

  return [...shown.join('')].slice(0, maxWords).join('');
};
