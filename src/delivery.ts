import { setTimeout as sleep } from 'node:timers/promises';

import { type Client, type Question, type Receipt } from './smsaero/client.js';
import { type Channel } from './smsaero/failure.js';
import { isFailedDelivery } from './smsaero/reply.js';

/** For one look-up, in ms. */
const lookUpLimit = 8000;

/** How far a message has got, as far as SMSAero tells. */
export type Progress = { channel: Channel; deliveryStatus?: number };

/** What can look a message up. */
type StatusClient = Pick<Client, 'getStatus'>;

/** Looks a message up. What Telegram did not deliver goes on as an SMS, if SMSAero names one. */
const lookUp = async (
  client: StatusClient,
  channel: Channel,
  id: string,
  question: Question
): Promise<Progress> => {
  const { deliveryStatus, idSms } = await client.getStatus(channel, id, question);

  if (channel === 'telegram' && isFailedDelivery(deliveryStatus) && idSms) {
    try {
      const sms = await client.getStatus('sms', idSms, question);

      if (sms.deliveryStatus !== undefined) {
        return { channel: 'sms', deliveryStatus: sms.deliveryStatus };
      }
    } catch {}
  }

  return { channel, deliveryStatus };
};

/**
 * Follows an accepted message by looking it up at the given times, until its progress is final. A look-up that
 * fails or tells nothing leaves what is known. Each may take until the next one's time, so that one that hangs
 * leaves the others their turn.
 *
 * @param delays When to look, in ms after now.
 * @param endsAt When all of it must be over, in ms of `performance.now()`.
 */
export const follow = async (
  { channel: sentTo, host, id, deliveryStatus }: Receipt,
  client: StatusClient,
  {
    delays,
    endsAt,
    isFinal,
  }: { delays: number[]; endsAt: number; isFinal: (progress: Progress) => boolean }
): Promise<Progress> => {
  const acceptedAt = performance.now();

  const goOn = async (known: Progress, [delay, ...later]: number[]): Promise<Progress> => {
    if (id === undefined || delay === undefined || isFinal(known)) {
      return known;
    }

    const now = performance.now();
    const time = acceptedAt + delay;

    if (Math.max(now, time) >= endsAt) {
      return known;
    }

    await sleep(Math.max(time - now, 0));

    const next = acceptedAt + (later[0] ?? Number.POSITIVE_INFINITY);
    const question = { host, endsAt: Math.min(next, endsAt, performance.now() + lookUpLimit) };
    const found = await lookUp(client, sentTo, id, question).catch(() => known);

    return goOn(found.deliveryStatus === undefined ? known : found, later);
  };

  return goOn({ channel: sentTo, deliveryStatus }, delays);
};
