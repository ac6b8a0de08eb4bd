declare module 'official-connector-smsaero' {
  import { type CreateConnector, type SmsConnector } from '@logto/connector-kit';

  const createConnector: CreateConnector<SmsConnector>;
  export default createConnector;
}
