import { type ServerResponse } from 'node:http';

/** Answers with JSON, or with HTML when the body is a string. */
export const reply = (response: ServerResponse, status: number, body: unknown) => {
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

  response.writeHead(status, {
    'content-type': `${typeof body === 'string' ? 'text/html' : 'application/json'}; charset=UTF-8`,
    'content-length': payload.length,
  });
  response.end(payload);
};

export const accept = (response: ServerResponse, data: unknown, message: unknown = null) => {
  reply(response, 200, { success: true, data, message });
};

export const refuse = (
  response: ServerResponse,
  status: number,
  message: string,
  data: unknown = null
) => {
  reply(response, status, { success: false, data, message });
};
