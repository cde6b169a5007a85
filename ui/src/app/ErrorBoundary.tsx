import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { messageOf } from '../api/problem';
import { Notice } from './Notice';

/** Keeps a fault in one part from taking the others with it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) {
      return this.props.children;
    }
    return (
      <Notice
        kind="error"
        title="This part of the page failed"
        action={<Button onClick={() => this.setState({ error: null })}>Try again</Button>}
      >
        {messageOf(this.state.error)}
      </Notice>
    );
  }
}
