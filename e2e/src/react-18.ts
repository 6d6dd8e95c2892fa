import { createRequire, registerHooks } from 'node:module';

// React DOM 18 would find the newer React, which is its neighbour here.
const react = createRequire(import.meta.url).resolve('react-18');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'react' && context.parentURL?.includes('/react-dom@18.') === true
      ? next(react, context)
      : next(specifier, context),
});
