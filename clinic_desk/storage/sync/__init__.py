"""Operations, the upstream's last known versions, differences and papers to recall, in the store."""
