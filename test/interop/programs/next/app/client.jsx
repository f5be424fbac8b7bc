'use client';
import { useEffect } from 'react';
import { tellWhatIsSeen } from '../page.mjs';

export function Client() {
  useEffect(() => void tellWhatIsSeen(), []);
  return <h1>Inbox</h1>;
}
