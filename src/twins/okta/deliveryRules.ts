import type { DeliveryRules } from '../contract';
import { heardScim } from './scim';
import type { OrgState } from './state';

/** How Okta sends events (three seconds, tried once more) and SCIM requests (once). */
export const deliveries: DeliveryRules<OrgState> = {
  timeoutMs: 3000,
  retryAfterMs: [1000],
  retries: ({ context }) => context['hook'] !== undefined,
  headers: () => ({ 'user-agent': 'Okta' }),
  answered: (twin, delivery, answer) => heardScim(twin, delivery, answer),
};
