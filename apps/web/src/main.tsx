import { ParleyProvider } from '@parley/sdk/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { client } from './client.ts';
import './styles/tokens.css';
import './styles/base.css';

const root = document.getElementById('root');
if (root === null) throw new Error('unable to start; the page has no #root');
createRoot(root).render(
  <StrictMode>
    <ParleyProvider client={client}>
      <App />
    </ParleyProvider>
  </StrictMode>,
);
