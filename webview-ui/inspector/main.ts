import { applyPageStyles } from '../shared/theme';
import { InspectorApp } from './app';

applyPageStyles();
document.body.append(new InspectorApp());
