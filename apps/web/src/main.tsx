import { ParleyProvider } from '@parley/sdk/react';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { client } from './client.ts';
import { loadSpeech, SpeechProvider } from './i18n/provider.tsx';
import { followPreferences, preferences } from './preferences/device.ts';
import { router } from './router.tsx';
import './styles/app.css';

const root = document.getElementById('root');
if (root === null) throw new Error('unable to start; the page has no #root');
followPreferences();
const speech = await loadSpeech(preferences.getSnapshot().language);
// Until there is something to show.
router.subscribe('onResolved', () => document.getElementById('splash')?.remove());
createRoot(root).render(
  <StrictMode>
    <ParleyProvider client={client}>
      <SpeechProvider initial={speech}>
        <RouterProvider router={router} />
      </SpeechProvider>
    </ParleyProvider>
  </StrictMode>,
);
