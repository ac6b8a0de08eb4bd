import { type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export type Fields = Record<string, unknown>;

/** Thrown where SMSAero refuses a request. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly data?: unknown
  ) {
    super(message);
  }
}

/** The fields of a JSON or form body. */
export const readFields = async (request: IncomingMessage): Promise<Fields> => {
  const body = await text(request);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const fields: unknown = isForm
    ? Object.fromEntries(new URLSearchParams(body))
    : JSON.parse(body || '{}');

  return { ...(typeof fields === 'object' && fields) };
};

/** Refuses a request with all its bad fields at once; each rule is for a field that is required. */
export const validate = (fields: Fields, rules: Record<string, (value: unknown) => boolean>) => {
  const errors = Object.entries(rules).flatMap(([name, isValid]) => {
    const value = fields[name];

    if (String(value ?? '') === '') {
      return [[name, ['required']]];
    }

    return isValid(value) ? [] : [[name, ['incorrect']]];
  });

  if (errors.length > 0) {
    throw new Refusal(400, 'Validation error.', Object.fromEntries(errors));
  }
};

/** What SMSAero wraps its answers in. */
export type Envelope = { success: boolean; data: unknown; message: unknown };

/** Answers with JSON, or with HTML when the body is a string. */
export const reply = (response: ServerResponse, status: number, body: Envelope | string) => {
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

  response.writeHead(status, {
    'content-type': `${typeof body === 'string' ? 'text/html' : 'application/json'}; charset=UTF-8`,
    'content-length': payload.length,
  });
  response.end(payload);
};
