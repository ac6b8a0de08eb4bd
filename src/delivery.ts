import { setTimeout as sleep } from 'node:timers/promises';

import { type Client, type Receipt } from './smsaero/client.js';
import { SendFailure } from './smsaero/failure.js';
import { deliveryStatuses, isFailedDelivery } from './smsaero/reply.js';

/** For one look-up, in ms. */
const lookUpLimit = 8000;

/** How far a message has got. One that went on as an SMS in Telegram's place has that SMS's channel and id. */
export type Progress = Receipt & {
  /** The last look-up was answered with a 429. */
  isLimited?: boolean;
};

/** What can look a message up. */
type StatusClient = Pick<Client, 'getStatus'>;

/** Whether nothing more will become of a message. What Telegram can't deliver goes on as an SMS. */
export const isSettled = ({ channel, deliveryStatus }: Progress): boolean =>
  deliveryStatus === deliveryStatuses.delivered ||
  (isFailedDelivery(deliveryStatus) && channel !== 'telegram');

/** Looks a message up, and the SMS in its place if SMSAero names one. What fails or tells nothing leaves what is known. */
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
  /** When to look, in ms after acceptance. */
  delays: number[];
  /** When all of it must be over, in ms of `performance.now()`. */
  endsAt?: number;
  isFinal: (progress: Progress) => boolean;
  /** Whether waiting keeps the process alive. */
  keepsAlive?: boolean;
};

/**
 * Follows a message that was just accepted by looking it up at the given times, until its progress is final. Each
 * look-up may take until the next one's time, so that one that hangs leaves the others their turn.
 */
export const follow = async (
  receipt: Receipt,
  client: StatusClient,
  { delays, endsAt = Number.POSITIVE_INFINITY, isFinal, keepsAlive = true }: Plan
): Promise<Progress> => {
  const acceptedAt = performance.now();

  const goOn = async (known: Progress, [delay, ...later]: number[]): Promise<Progress> => {
    const { id } = known;
    const now = performance.now();

    if (id === undefined || delay === undefined || isFinal(known)) {
      return known;
    }

    const time = Math.max(now, acceptedAt + delay);

    if (time >= endsAt) {
      return known;
    }

    await sleep(time - now, undefined, { ref: keepsAlive });

    const next = acceptedAt + (later[0] ?? Number.POSITIVE_INFINITY);
    const lookUpEnd = Math.min(next, endsAt, performance.now() + lookUpLimit);

    return goOn(await lookUp(client, { ...known, id }, lookUpEnd), later);
  };

  return goOn(receipt, delays);
};
