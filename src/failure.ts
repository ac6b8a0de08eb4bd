import { ZodError } from 'zod';

import { TemplateFailure } from './message.js';
import { type FailureDetails, failureKinds, SendFailure } from './smsaero/failure.js';

/** Every kind of failure that may stand in the log. `docs/operating.md` explains each. */
export const allFailureKinds = [...failureKinds, 'template', 'config', 'internal'] as const;

/** A failed send: its kind, and the details that may be shown. */
export type Failure = FailureDetails & {
  kind: (typeof allFailureKinds)[number];
  /** What is wrong with the config, if the kind is `config`. */
  issues?: ZodError;
};

/** Names the class and place of an unexpected error. Its message may hold the request, so it is never shown. */
const locate = (error: unknown) => {
  if (!(error instanceof Error)) {
    return typeof error;
  }

  const [frame = 'an unknown place'] = /\blib\/index\.js:\d+:\d+/.exec(error.stack ?? '') ?? [];

  return `${error.constructor.name} at ${frame}`;
};

/** Describes whatever a send threw: one kind, and only what may be shown. */
export const describeFailure = (error: unknown): Failure => {
  if (error instanceof SendFailure) {
    return { kind: error.kind, ...error.details };
  }

  if (error instanceof TemplateFailure) {
    return { kind: 'template' };
  }

  if (error instanceof ZodError) {
    const reason = error.issues.map(({ message }) => message).join(' ');

    return { kind: 'config', reason, issues: error };
  }

  return { kind: 'internal', reason: locate(error) };
};
