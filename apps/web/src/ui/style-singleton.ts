import { useLayoutEffect } from 'react';

interface Used {
  readonly sheet: CSSStyleSheet;
  users: number;
}

/**
 * Stands in for `react-style-singleton`, by which Radix keeps what is under a dialog from scrolling: that makes `<style>`
 * elements, which the content security policy forbids; constructed style sheets it allows.
 */
export function styleSingleton() {
  const sheets = new Map<string, Used>();
  return function Sheet({ styles }: { styles: string; dynamic?: boolean }) {
    useLayoutEffect(() => {
      const used = sheets.get(styles) ?? adopt(styles);
      sheets.set(styles, used);
      used.users += 1;
      return () => {
        used.users -= 1;
        if (used.users > 0) return;
        sheets.delete(styles);
        const { sheet } = used;
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
      };
    }, [styles]);
    return null;
  };
}

function adopt(styles: string): Used {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return { sheet, users: 0 };
}
