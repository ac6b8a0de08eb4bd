import { type ServerResponse } from 'node:http';

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

export const refuse = (
  response: ServerResponse,
  status: number,
  message: string,
  data: unknown = null
) => {
  reply(response, status, { success: false, data, message });
};
