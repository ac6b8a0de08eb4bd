import { type Behaviour } from './behaviours.js';
import { type Fields, Refusal, validate } from './requests.js';

/** A message as its reader sees it; in Telegram the text is the code, and there is no sender name. */
export type Delivery = {
  channel: 'sms' | 'telegram';
  number: string;
  sign?: string;
  text: string;
};

export type AccountOptions = {
  /** Money on the account, in roubles. */
  balance?: number;
  /** Approved sender names; the shared one is known in two spellings. */
  signs?: string[];
  /** The delivery statuses of each message: the reply's, then one for each look-up, the last for ever. */
  statuses?: number[];
  onDelivery?: (delivery: Delivery) => void;
};

/** What is common to all messages; `statuses` are those to come. */
type Sent = { id: number; statuses: number[] };

/** Roubles for one message. */
const smsPrice = 5.49;
const telegramPrice = 1;

const extendedStatuses: Record<number, string> = {
  0: 'queue',
  1: 'delivery',
  2: 'undelivered',
  3: 'sent',
  4: 'wait',
  6: 'reject',
  8: 'moderation',
};

const isFailed = (status = 0) => [2, 6].includes(status);

const isNumber = (value: unknown) => /^[1-9]\d{6,14}$/.test(String(value));

const isCode = (value: unknown) => /^\d{4,8}$/.test(String(value));

const getTime = () => Math.floor(Date.now() / 1000);

/** An account at SMSAero: its money, its sender names and its messages. */
export const createAccount = ({
  balance = 1000,
  signs = ['SMSAero', 'SMS Aero'],
  statuses = [0, 3, 4, 1],
  onDelivery,
}: AccountOptions) => {
  const deliveries: Delivery[] = [];
  const state = { balance, lastId: 1000 };
  const getId = () => {
    state.lastId += 1;

    return state.lastId;
  };

  const charge = (roubles: number) => {
    if (state.balance < roubles) {
      throw new Refusal(402, 'Not enough money');
    }

    state.balance -= roubles;
  };

  /** At once, or not at all where the message fails or stays held. */
  const deliver = (delivery: Delivery, { statuses }: Sent) => {
    if (![2, 6, 8].includes(statuses.at(-1) ?? 0)) {
      deliveries.push(delivery);
      onDelivery?.(delivery);
    }
  };

  /** A message with its present status; the next look finds the next. */
  const look = <Message extends Sent>(message?: Message) => {
    if (!message) {
      throw new Refusal(404, 'Not found');
    }

    const { statuses, ...data } = message;
    const [status = 0, ...later] = statuses;

    message.statuses = later.length > 0 ? later : statuses;

    return { ...data, status, extendStatus: extendedStatuses[status] };
  };

  const isApproved = (sign: unknown) =>
    signs.some((name) => name.toLowerCase() === String(sign).toLowerCase());

  const smsRules = { number: isNumber, sign: isApproved, text: Boolean };

  const createSms = ({ number, sign, text }: Fields, statuses: number[]) => ({
    id: getId(),
    from: String(sign),
    number: String(number),
    text: String(text),
    channel: 'FREE SIGN',
    cost: smsPrice,
    dateCreate: getTime(),
    dateSend: getTime(),
    statuses,
  });

  type Sms = ReturnType<typeof createSms>;

  const sms = new Map<number, Sms>();
  const testSms = new Map<number, Sms>();

  const takeSms = (message: Sms) => {
    const { id, number, from, text } = message;

    sms.set(id, message);
    deliver({ channel: 'sms', number, sign: from, text }, message);
  };

  const createTelegram = (
    { number, sign, text }: Fields,
    telegramCode: string,
    statuses: number[]
  ) => ({
    id: getId(),
    number: String(number),
    telegramCode,
    smsText: text ? String(text) : null,
    smsFrom: sign ? String(sign) : null,
    idSms: null as number | null,
    cost: telegramPrice.toFixed(2),
    dateCreate: getTime(),
    statuses,
  });

  type Telegram = ReturnType<typeof createTelegram>;

  const telegrams = new Map<number, Telegram>();

  /** Sends the SMS that goes out where Telegram does not deliver, if there is one and the money for it. */
  const sendInstead = (message: Telegram) => {
    const { number, idSms, smsFrom, smsText } = message;

    if (idSms === null && smsFrom && smsText && state.balance >= smsPrice) {
      const sms = createSms({ number, sign: smsFrom, text: smsText }, statuses);

      charge(smsPrice);
      takeSms(sms);
      message.idSms = sms.id;
    }
  };

  const listSigns = () => ({
    totalCount: String(signs.length),
    ...signs.map((name, index) => ({ id: index + 1, name, status: 1, extendStatus: 'approve' })),
  });

  /** The data that each call answers with; it may throw a `Refusal`. */
  const routes: Record<string, (fields: Fields, behaviour: Behaviour) => unknown> = {
    auth: () => null,
    balance: () => ({ balance: Number(state.balance.toFixed(2)) }),
    'sign/list': listSigns,
    'sms/send': (fields, behaviour) => {
      validate(fields, smsRules);
      charge(smsPrice);

      const message = createSms(fields, behaviour.statuses ?? statuses);

      takeSms(message);

      return look(message);
    },
    'sms/status': ({ id }) => {
      const { number, cost, ...data } = look(sms.get(Number(id)));

      return { ...data, number: Number(number), cost: String(cost) };
    },
    'sms/testsend': (fields, behaviour) => {
      validate(fields, smsRules);

      const message = createSms(fields, behaviour.statuses ?? [1]);

      testSms.set(message.id, message);

      return look(message);
    },
    'sms/teststatus': ({ id }) => {
      const { number, ...data } = look(testSms.get(Number(id)));

      return { ...data, number: Number(number) };
    },
    'telegram/send': (fields, behaviour) => {
      validate(fields, {
        number: isNumber,
        code: isCode,
        ...(fields.sign ? { sign: isApproved } : {}),
      });
      charge(telegramPrice);

      const code = String(fields.code);
      const telegramCode = behaviour.toTelegramCode?.(code) ?? code;
      const message = createTelegram(fields, telegramCode, behaviour.statuses ?? statuses);

      telegrams.set(message.id, message);
      deliver({ channel: 'telegram', number: message.number, text: telegramCode }, message);

      return look(message);
    },
    'telegram/status': ({ id }) => {
      const message = telegrams.get(Number(id));

      if (message && isFailed(message.statuses[0])) {
        sendInstead(message);
      }

      return look(message);
    },
  };

  return {
    routes: new Map(Object.entries(routes)),
    deliveries,
    setBalance: (roubles: number) => {
      state.balance = roubles;
    },
  };
};
