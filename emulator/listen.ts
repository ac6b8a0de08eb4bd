import { type Server } from 'node:net';

/** Starts a server on the loopback interface and gives its port; 0 picks a free one. */
export const listen = async (server: Server, port = 0): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });

  const address = server.address();

  if (typeof address !== 'object' || !address) {
    throw new Error('The server has no port.');
  }

  return address.port;
};
