import { defineConfig } from 'vitest/config';

import base from './vitest.config.js';

/** All tests but those of the package, which is built from the sources as they are on disk. */
export default defineConfig({
  test: {
    ...base.test,
    include: [
      'src/**/*.test.ts',
      'test/{answers,connections,documents,language,network,properties,sockets,template}.test.ts',
    ],
  },
});
