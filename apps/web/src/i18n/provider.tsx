import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useState } from 'react';
import { usePreferences } from '../preferences/device.ts';
import type { LanguageChoice } from '../preferences/preferences.ts';
import { type Language, languageOf, loadCatalog } from './languages.ts';
import { type Speech, speechOf } from './speech.ts';

const SpeechContext = createContext<Speech | null>(null);

/** What is spoken below, and what it takes to speak it. */
export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === null) throw new Error('unable to speak; there is no <SpeechProvider> above');
  return speech;
}

/** The language to begin with. */
export function loadSpeech(choice: LanguageChoice): Promise<Speech> {
  return load(languageOf(choice, navigator.languages));
}

async function load(language: Language): Promise<Speech> {
  return speechOf(language, await loadCatalog(language), navigator.languages);
}

/** Speaks the language of choice, and another one as soon as it is chosen and there. */
export function SpeechProvider({ initial, children }: { initial: Speech; children: ReactNode }) {
  const { language: choice } = usePreferences();
  const [speech, setSpeech] = useState(initial);
  const language = languageOf(choice, navigator.languages);
  useEffect(() => {
    if (language === speech.language) return;
    let current = true;
    // What cannot be fetched now is there with the next load of the page.
    load(language).then(
      (loaded) => {
        if (current) setSpeech(loaded);
      },
      () => {},
    );
    return () => {
      current = false;
    };
  }, [language, speech.language]);
  useLayoutEffect(() => {
    document.documentElement.lang = speech.language;
    document.documentElement.dir = speech.dir;
  }, [speech]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}
