"""Ties by traces: one device, document, picture, watermark, batch of creation, client mix, crew."""
