import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,emulator,test}/**/*.test.ts'],
    // By default one core is left idle, which on two is half of the machine.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
