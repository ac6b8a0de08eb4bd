import { setTimeout as sleep } from 'node:timers/promises';

import { type Client, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { deliveryStatuses, isFailedDelivery } from './smsaero/reply.js';

/** How long a look-up may take, in ms. */
const lookUpLimit = 8000;

/** How far a message has got. If an SMS took the place of a Telegram message, channel and id are the SMS's. */
export type Progress = Receipt & {
  /** Whether the last look-up was answered with HTTP 429. */
  isLimited?: boolean;
};

/** The part of the client that looks messages up. */
type StatusClient = Pick<Client, 'getStatus'>;

/** Whether a message's status is final. A message that Telegram can't deliver goes on as an SMS. */
export const isSettled = ({ channel, deliveryStatus }: Progress): boolean =>
  deliveryStatus === deliveryStatuses.delivered ||
  (isFailedDelivery(deliveryStatus) && channel !== 'telegram');

/** Looks up a message, and the SMS in its place if SMSAero names one. A failed look-up leaves what is known. */
const lookUp = async (
  client: StatusClient,
  known: Progress & { id: string },
  endsAt: number
): Promise<Progress> => {
  try {
    const { channel, host, id } = known;
    const state = await client.getStatus(channel, id, { host, endsAt });
    const { deliveryStatus = known.deliveryStatus, idSms } = state;
    const told = { channel, host, id, deliveryStatus };

    if (channel !== 'telegram' || !isFailedDelivery(deliveryStatus) || !idSms) {
      return told;
    }

    const sms = await lookUp(client, { channel: 'sms', host, id: idSms }, endsAt);

    return sms.deliveryStatus === undefined ? { ...told, isLimited: sms.isLimited } : sms;
  } catch (error: unknown) {
    return { ...known, isLimited: error instanceof SendFailure && error.kind === 'rate-limit' };
  }
};

type Plan = {
  /** When to look the message up, in ms after acceptance. */
  delays: number[];
  /** When to stop following, in ms of `performance.now()`. */
  endsAt?: number;
  isFinal: (progress: Progress) => boolean;
  /** Whether waiting for the next look-up keeps the process alive. */
  keepsAlive?: boolean;
};

/**
 * Follows a message that was just accepted: looks it up at the given times until its progress is final. Each look-up
 * ends when the next one is due, so that one that hangs does not hold up the others.
 */
export const follow = async (
  receipt: Receipt,
  client: StatusClient,
  { delays, endsAt = Number.POSITIVE_INFINITY, isFinal, keepsAlive = true }: Plan
): Promise<Progress> => {
  const acceptedAt = performance.now();
  const times = delays.map((delay) => acceptedAt + delay).filter((time) => time < endsAt);

  const goOn = async (known: Progress, [time, ...later]: number[]): Promise<Progress> => {
    const { id } = known;
    const [next = endsAt] = later;

    if (id === undefined || time === undefined || performance.now() >= endsAt || isFinal(known)) {
      return known;
    }

    await sleep(Math.max(0, time - performance.now()), undefined, { ref: keepsAlive });

    const lookUpEnd = Math.min(next, performance.now() + lookUpLimit);

    return goOn(await lookUp(client, { ...known, id }, lookUpEnd), later);
  };

  return goOn(receipt, times);
};
