"""What others decided comes down: read page by page, applied type by type."""
