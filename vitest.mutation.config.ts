import { defineConfig } from 'vitest/config';

import base from './vitest.config.js';

/** The tests of the sources. Those of the package and of the documents read them as they are on disk. */
export default defineConfig({
  test: {
    ...base.test,
    include: [
      'src/**/*.test.ts',
      'test/{answers,causes,connections,network,properties,sockets,template}.test.ts',
    ],
  },
});
