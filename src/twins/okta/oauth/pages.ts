import type { Reply } from '../call';
import { OAuthRefusal } from './errors';

const escaped: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => escaped[sign] ?? sign);

export function page(status: number, title: string, body: string): Reply {
  const html = `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>${escape(title)}</title></head>\n<body>${body}</body></html>\n`;
  return { status, body: html, headers: [['content-type', 'text/html; charset=utf-8']] };
}

/** What a browser sees when a client cannot be told of an error, since nothing says where the client is. */
function errorPage({ error, description }: OAuthRefusal): Reply {
  return page(
    400,
    'Error',
    `<h1>400</h1><h2>Bad Request</h2><p>Your request resulted in an error. ${escape(description)}</p><p>Identity Provider: Unknown</p><p>Error Code: ${escape(error)}</p><p>Description: ${escape(description)}</p>`,
  );
}

/** The work's reply, or a page that says why there is none. */
export function orErrorPage(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    if (error instanceof OAuthRefusal) return errorPage(error);
    throw error;
  }
}

export type ResponseMode = 'query' | 'fragment' | 'form_post';

/** Sends a browser back to a client with these parameters. */
export function sendBack(uri: string, mode: ResponseMode, parameters: Record<string, string>): Reply {
  if (mode === 'form_post') {
    const fields = Object.entries(parameters).map(
      ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
    );
    const form = `<form id="appForm" action="${escape(uri)}" method="POST">${fields.join('')}</form><script>document.getElementById("appForm").submit();</script>`;
    return page(200, 'Signing in', form);
  }
  const target = new URL(uri);
  const sent = new URLSearchParams(parameters).toString();
  if (mode === 'fragment') target.hash = sent;
  else for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  return { status: 302, headers: [['location', target.href]] };
}
