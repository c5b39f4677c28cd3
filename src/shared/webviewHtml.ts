export interface WebviewPage {
  title: string;
  /** Address of the bundled module that builds the page. */
  script: string;
  /** Addresses of style sheets; the one named `codicon.css` also gives icons to components. */
  styles: string[];
  /** Fresh and random for every page. */
  nonce: string;
  /** `webview.cspSource` of VS Code, or the origin of a test server. */
  cspSource: string;
  /** BCP 47 language of the texts. */
  lang: string;
}

/** The document of a webview: nothing but its own script, styles and fonts may load or run. */
export function webviewHtml({ title, script, styles, nonce, cspSource, lang }: WebviewPage): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
  ].join('; ');
  const links = styles.map((href) => {
    const id = href.endsWith('/codicon.css') ? ' id="vscode-codicon-stylesheet"' : '';
    return `<link rel="stylesheet"${id} nonce="${escape(nonce)}" href="${escape(href)}">`;
  });
  return `<!doctype html>
<html lang="${escape(lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
${links.join('\n')}
</head>
<body>
<script type="module" nonce="${escape(nonce)}" src="${escape(script)}"></script>
</body>
</html>
`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => entities[char] ?? char);
}
