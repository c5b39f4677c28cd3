import type { LogEvent } from './schemas';

/** An event as clients get it. */
export function viewEvent(event: LogEvent): Record<string, unknown> {
  const { request } = event;
  const detailed = (party: LogEvent['actor']) => ({ ...party, detailEntry: null });
  return {
    actor: detailed(event.actor),
    client: {
      userAgent: { rawUserAgent: request?.userAgent ?? null, os: 'Unknown', browser: 'UNKNOWN' },
      zone: 'null',
      device: 'Unknown',
      id: null,
      ipAddress: request ? '127.0.0.1' : null,
      geographicalContext: null,
    },
    device: null,
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      interface: null,
      authenticationStep: 0,
      externalSessionId: 'unknown',
    },
    displayMessage: event.displayMessage,
    eventType: event.eventType,
    outcome: event.outcome,
    published: event.published,
    securityContext: { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null },
    severity: event.severity,
    debugContext: {
      debugData: request ? { requestId: request.id, requestUri: request.uri, url: request.uri } : {},
    },
    legacyEventType: null,
    transaction: { type: request ? 'WEB' : 'JOB', id: request?.id ?? event.uuid, detail: {} },
    uuid: event.uuid,
    version: '0',
    request: { ipChain: [] },
    target: event.target.length === 0 ? null : event.target.map(detailed),
  };
}
