import { createClient, type ParleyClient } from '@parley/sdk';
import { testParley, type TestParley } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess, type ServerProcess } from './server-process.ts';
