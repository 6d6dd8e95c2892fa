import type * as React from 'react';

// Makes this file a module, so that it adds to React's types.
export type { React };

declare module 'react' {
  interface CSSProperties {
    /** The width of a placeholder's line. */
    '--width'?: string;
    /** The hue of an avatar, in degrees. */
    '--hue'?: number;
  }
}
