import { setTimeout as sleep } from 'node:timers/promises';

import { type Client, type Question, type Receipt } from './smsaero/client.js';
import { type Channel, SendFailure } from './smsaero/failure.js';
import { deliveryStatuses, isFailedDelivery } from './smsaero/reply.js';

/** For one look-up, in ms. */
const lookUpLimit = 8000;

/** How far a message has got, as far as SMSAero tells. */
export type Progress = {
  /** How it travels by now: an SMS that SMSAero sent in Telegram's place is an SMS, with an id of its own. */
  channel: Channel;
  id?: string;
  deliveryStatus?: number;
  /** The last look-up was answered with a 429. */
  isLimited?: boolean;
};

/** What can look a message up. */
type StatusClient = Pick<Client, 'getStatus'>;

/** Whether nothing more will become of a message. What Telegram can't deliver goes on as an SMS. */
export const isSettled = ({ channel, deliveryStatus }: Progress): boolean =>
  deliveryStatus === deliveryStatuses.delivered ||
  (isFailedDelivery(deliveryStatus) && channel !== 'telegram');

/**
 * Looks a message up. What fails or tells nothing leaves what is known. What Telegram did not deliver goes on
 * as an SMS, if SMSAero names one and tells of it.
 */
const lookUp = async (
  client: StatusClient,
  known: Progress & { id: string },
  question: Question
): Promise<Progress> => {
  try {
    const { channel, id } = known;
    const { deliveryStatus = known.deliveryStatus, idSms } = await client.getStatus(
      channel,
      id,
      question
    );
    const told = { channel, id, deliveryStatus };

    if (channel !== 'telegram' || !isFailedDelivery(deliveryStatus) || !idSms) {
      return told;
    }

    const sms = await lookUp(client, { channel: 'sms', id: idSms }, question);

    return sms.deliveryStatus === undefined ? { ...told, isLimited: sms.isLimited } : sms;
  } catch (error: unknown) {
    return { ...known, isLimited: error instanceof SendFailure && error.kind === 'rate-limit' };
  }
};

/**
 * Follows an accepted message by looking it up at the given times, until its progress is final. Each look-up
 * may take until the next one's time, so that one that hangs leaves the others their turn.
 *
 * @param delays When to look, in ms after now.
 * @param endsAt When all of it must be over, in ms of `performance.now()`.
 * @param keepsAlive Whether waiting keeps the process alive.
 */
export const follow = async (
  { channel, host, id, deliveryStatus }: Receipt,
  client: StatusClient,
  {
    delays,
    endsAt = Number.POSITIVE_INFINITY,
    isFinal,
    keepsAlive = true,
  }: {
    delays: number[];
    endsAt?: number;
    isFinal: (progress: Progress) => boolean;
    keepsAlive?: boolean;
  }
): Promise<Progress> => {
  const acceptedAt = performance.now();

  const goOn = async (known: Progress, [delay, ...later]: number[]): Promise<Progress> => {
    const { id } = known;

    if (id === undefined || delay === undefined || isFinal(known)) {
      return known;
    }

    const now = performance.now();
    const time = acceptedAt + delay;

    if (Math.max(now, time) >= endsAt) {
      return known;
    }

    await sleep(Math.max(time - now, 0), undefined, { ref: keepsAlive });

    const next = acceptedAt + (later[0] ?? Number.POSITIVE_INFINITY);
    const question = { host, endsAt: Math.min(next, endsAt, performance.now() + lookUpLimit) };

    return goOn(await lookUp(client, { ...known, id }, question), later);
  };

  return goOn({ channel, id, deliveryStatus }, delays);
};
