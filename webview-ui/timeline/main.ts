import { applyPageStyles } from '../shared/theme';
import { TimelineApp } from './app';

applyPageStyles();
document.body.append(new TimelineApp());
