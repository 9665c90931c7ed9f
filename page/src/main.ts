import { mount } from 'svelte';
import App from './App.svelte';
import './looks/tokens.css';
import './looks/palette.css';
import './looks/page.css';
import './looks/print.css';

mount(App, { target: document.getElementById('app')! });
