import { ZodError } from 'zod';

import { TemplateFailure } from './message.js';
import { type FailureDetails, failureKinds, SendFailure } from './smsaero/failure.js';

/** Every kind of failure that an operator may read of; the READMEs explain each. */
export const allFailureKinds = [...failureKinds, 'template', 'config', 'internal'] as const;

/** A failed send: its kind, and what may be told of it. */
export type Failure = FailureDetails & {
  kind: (typeof allFailureKinds)[number];
  /** What is wrong with the config, where its kind is `config`. */
  issues?: ZodError;
};

/** Class and place of a mistake of our own. Never its message, which may hold the request. */
const locate = (error: unknown) => {
  if (!(error instanceof Error)) {
    return typeof error;
  }

  const [frame = 'an unknown place'] = /\blib\/index\.js:\d+:\d+/.exec(error.stack ?? '') ?? [];

  return `${error.constructor.name} at ${frame}`;
};

/** Describes whatever a send has thrown. */
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
