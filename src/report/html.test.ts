import { describe, expect, it } from 'vitest';
import { escapeHtml, html, linkTo } from './html.ts';

describe('the template tag', () => {
  it('escapes what is text and keeps what is markup', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(String(html`<p title="${'"&\''}">${inner}${[inner, '<']}</p>`)).toBe(
      '<p title="&#34;&#38;&#39;"><b>&#60;i&#62;</b><b>&#60;i&#62;</b>&#60;</p>',
    );
  });

  it('leaves out what is not there, and writes zero', () => {
    expect(String(html`<p>${undefined}${false}${0}${''}</p>`)).toBe('<p>0</p>');
  });

  it('takes no object of foreign making for markup', () => {
    const forged = { toString: () => '<script>' } as unknown as string;
    expect(() => String(html`${forged}`)).toThrow();
  });
});

describe('text of others', () => {
  it('cannot reorder what stands around it, nor hide in control characters', () => {
    expect(escapeHtml('a\u202eb\u2066c\u0000d\u001be\u0085f')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf');
    // Line ends, and the marks of right-to-left scripts, are text.
    expect(escapeHtml('a\n\tb\u200f\u200e')).toBe('a\n\tb\u200f\u200e');
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//host/path',
    'notes/a.md',
  ])('%s is no link', (address) => {
    expect(String(linkTo(address))).not.toContain('href');
  });

  it('is a link where it is an address of the web', () => {
    expect(String(linkTo('https://host/a?b="c'))).toContain('<a href="https://host/a?b=&#34;c" rel="noopener noreferrer nofollow">');
  });
});
