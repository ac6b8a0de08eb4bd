/** SMSAero's own SDK for Node, as far as the tests use it; it comes without types. */
declare module 'smsaero' {
  type Envelope = { success: boolean; data: unknown; message: unknown };

  export class SmsAero {
    /** Takes the place of `https`. */
    proto: string;
    constructor(email: string, apiKey: string, signature?: string, gateURLs?: string[]);
    auth(): Promise<Envelope>;
    balance(): Promise<Envelope>;
    send(number: string, text: string): Promise<Envelope>;
    smsStatus(id: number): Promise<Envelope>;
    signList(): Promise<Envelope>;
  }

  export class SmsAeroHTTPError extends Error {}
}
